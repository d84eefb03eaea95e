package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;

/** Serves one connection: finds the verb, and records what came of it. Serial. */
final class ConnectionSession implements RequestHandler.Session, Exchange.Recorder {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");

  private final SecretService secrets;
  private final OwnerService owners;
  private final IdentityService identities;
  private final ReportService reports;
  private final AuditLog audit;
  private final Metrics metrics;
  private final Runnable onClose;
  private final Exchange exchange;
  private Verb verb;

  ConnectionSession(
      Peer peer,
      SecretService secrets,
      OwnerService owners,
      IdentityService identities,
      ReportService reports,
      AuditLog audit,
      Metrics metrics,
      Runnable onClose) {
    this.secrets = secrets;
    this.owners = owners;
    this.identities = identities;
    this.reports = reports;
    this.audit = audit;
    this.metrics = metrics;
    this.onClose = onClose;
    this.exchange = new Exchange(peer, this);
  }

  @Override
  public void handle(Request request, Reply reply) {
    verb = request.verb();
    exchange.begin(request, reply, System.nanoTime());
    if (verb == null) {
      metrics.unknownVerbs.incrementAndGet();
      reply.error(ErrorCode.UNKNOWN_VERB, "no such verb in protocol 1");
      return;
    }
    try {
      dispatch();
    } catch (RequestException e) {
      exchange.error(e.code(), e.getMessage());
    } catch (RuntimeException | Error e) {
      // One request's failure is its own; the type alone is logged, messages may quote what was
      // read.
      LOG.log(System.Logger.Level.ERROR, verb + " failed: " + e.getClass().getName());
      if (exchange.isAnswered()) {
        throw e;
      }
      exchange.error(ErrorCode.INTERNAL, "the agent failed; its log says more");
    }
    metrics.count(verb, exchange.result(), System.nanoTime() - exchange.startNanos());
  }

  private void dispatch() throws RequestException {
    switch (verb) {
      case HELLO -> reports.hello(exchange);
      case PUT -> secrets.put(exchange);
      case GET -> secrets.get(exchange);
      case STAT -> secrets.stat(exchange);
      case TOUCH -> owners.touch(exchange);
      case DEL -> secrets.delete(exchange);
      case GRANT -> owners.grant(exchange);
      case REVOKE -> owners.revoke(exchange);
      case RENAME -> owners.rename(exchange);
      case WHOAMI -> identities.whoami(exchange);
      case EXPLAIN -> identities.explain(exchange);
      case LIST -> reports.list(exchange);
      case STATUS -> reports.status(exchange);
      case METRICS -> reports.metrics(exchange);
      case AUDIT -> reports.audit(exchange);
      default -> throw new RequestException(ErrorCode.UNKNOWN_VERB, "no root of trust here yet");
    }
  }

  @Override
  public void answering(Exchange answered, ErrorCode code) {
    audit.answered(answered, verb, code);
  }

  @Override
  public void rejected(RequestException reason) {
    metrics.malformedRequests.incrementAndGet();
  }

  @Override
  public void close() {
    onClose.run();
  }
}

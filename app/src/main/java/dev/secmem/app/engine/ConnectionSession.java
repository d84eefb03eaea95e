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

  private final Services services;
  private final AuditLog audit;
  private final Metrics metrics;
  private final Runnable onClose;
  private final Exchange exchange;
  private Verb verb;

  ConnectionSession(
      Peer peer, Services services, AuditLog audit, Metrics metrics, Runnable onClose) {
    this.services = services;
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
      case HELLO -> services.reports().hello(exchange);
      case STATUS -> services.reports().status(exchange);
      case METRICS -> services.reports().metrics(exchange);
      case AUDIT -> services.reports().audit(exchange);
      case WHOAMI -> services.identities().whoami(exchange);
      case LOCK -> services.locks().lock(exchange);
      case UNLOCK -> services.locks().unlock(exchange);
      default -> dispatchUnlocked();
    }
  }

  /** The verbs that a locked agent does not serve. */
  private void dispatchUnlocked() throws RequestException {
    LockGate gate = services.gate();
    long stamp = gate.enter();
    try {
      switch (verb) {
        case PUT -> services.secrets().put(exchange);
        case GET -> services.secrets().get(exchange);
        case STAT -> services.secrets().stat(exchange);
        case TOUCH -> services.owners().touch(exchange);
        case DEL -> services.secrets().delete(exchange);
        case GRANT -> services.owners().grant(exchange);
        case REVOKE -> services.owners().revoke(exchange);
        case RENAME -> services.owners().rename(exchange);
        case EXPLAIN -> services.identities().explain(exchange);
        case LIST -> services.reports().list(exchange);
        default -> services.keys().serve(verb, exchange);
      }
    } finally {
      gate.leave(stamp);
    }
  }

  @Override
  public void answering(Exchange answered, ErrorCode code) {
    audit.answered(answered);
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

package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * The verbs that answer what there is: HELLO, LIST, STATUS, METRICS, AUDIT.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class ReportService {
  private static final int DEFAULT_AUDIT_LINES = 100;

  private final AgentIdentity identity;
  private final EngineOptions options;
  private final KeyOptions.Root root;
  private final LockGate gate;
  private final SecretTable table;
  private final Quota quota;
  private final AuditLog audit;
  private final Metrics metrics;
  private final Protections protections;
  private final long agentUid = OwnIdentity.uid();
  private final long startNanos = Clock.boottimeNanos();

  /** A long list takes memory while it is built: a few at a time. */
  private final Semaphore builders = new Semaphore(2, true);

  ReportService(
      AgentIdentity identity,
      EngineOptions options,
      KeyOptions.Root root,
      LockGate gate,
      SecretTable table,
      Quota quota,
      AuditLog audit,
      Metrics metrics,
      Protections protections) {
    this.identity = identity;
    this.options = options;
    this.root = root;
    this.gate = gate;
    this.table = table;
    this.quota = quota;
    this.audit = audit;
    this.metrics = metrics;
    this.protections = protections;
  }

  /** Writes a reply's body and answers its fields. */
  private interface Writer {
    CharSequence write(TextBody body) throws LinuxException;
  }

  private void reply(Exchange exchange, Writer writer) throws RequestException {
    CharSequence fields;
    Reply.Delivery delivery;
    builders.acquireUninterruptibly();
    try (TextBody body = new TextBody()) {
      fields = writer.write(body);
      delivery = exchange.reply().prepare(body.content());
    } catch (LinuxException e) {
      throw new RequestException(ErrorCode.QUOTA, e.getMessage());
    } finally {
      builders.release();
    }
    exchange.ok(fields, delivery); // sends, and so may wait for the client: holds nothing meanwhile
  }

  void hello(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 0, 0);
    exchange.ok(
        exchange
            .fields()
            .append("protocol=1 server=")
            .append(identity.server())
            .append(gate.isLocked() ? " locked=1" : " locked=0"));
  }

  void list(Exchange exchange) throws RequestException {
    Request request = exchange.request();
    Arguments.count(request, 0, 1);
    String prefix = request.argumentCount() == 0 ? "" : Arguments.name(request);
    Peer peer = exchange.peer();
    reply(
        exchange,
        body -> {
          long now = Clock.boottimeNanos();
          List<Entry> entries = table.list(peer, prefix, now);
          StringBuilder line = new StringBuilder();
          for (Entry entry : entries) {
            line.setLength(0);
            ListLine.write(line, entry, now, entry.key.owner() == peer.uid());
            body.append(line);
          }
          return exchange.fields().append("count=").append(entries.size());
        });
  }

  void status(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 0, 0);
    Quota.Usage usage = mayAudit(exchange.peer()) ? quota.total() : quota.of(exchange.peer().uid());
    reply(
        exchange,
        body -> {
          body.append(statusLine(usage));
          return "";
        });
  }

  /** STATUS's body, with the counts of all uids. */
  CharSequence statusLine() {
    return statusLine(quota.total());
  }

  private CharSequence statusLine(Quota.Usage usage) {
    long uptimeMillis = (Clock.boottimeNanos() - startNanos) / 1_000_000;
    return StatusJson.write(
        identity, root, gate.isLocked(), options, protections, usage, audit.head(), uptimeMillis);
  }

  void metrics(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 0, 0);
    boolean all = mayAudit(exchange.peer());
    Quota.Usage usage = all ? quota.total() : quota.of(exchange.peer().uid());
    reply(
        exchange,
        body -> {
          MetricsText text = new MetricsText(body);
          text.gauge("secmem_secrets", "Secrets stored.", usage.secrets());
          text.gauge("secmem_secret_bytes", "Bytes of their values.", usage.bytes());
          text.gauge("secmem_connections", "Open connections.", usage.connections());
          if (all) {
            writeTotals(text);
          }
          text.end();
          return "";
        });
  }

  private void writeTotals(MetricsText text) throws LinuxException {
    text.gauge("secmem_max_secrets", "Limit of secrets.", options.maxSecrets());
    text.gauge(
        "secmem_locked_memory_bytes",
        "Memory of this process that is locked.",
        LockedMemory.usedBytes());
    text.gauge(
        "secmem_locked_memory_allowed_bytes",
        "Limit of locked memory; -1: none.",
        LockedMemory.allowedBytes());
    text.counter("secmem_connections_accepted", "Connections let in.", metrics.connections.get());
    text.counter(
        "secmem_connections_refused", "Connections refused.", metrics.refusedConnections.get());
    text.counter("secmem_malformed_requests", "Malformed lines.", metrics.malformedRequests.get());
    text.counter("secmem_unknown_verbs", "Requests of unknown verbs.", metrics.unknownVerbs.get());
    text.counter("secmem_expiries", "Secrets whose time ran out.", metrics.expiries.get());
    text.counter(
        "secmem_audit_dropped", "Audit events that could not be kept.", audit.droppedEvents());
    text.requests(metrics);
  }

  void audit(Exchange exchange) throws RequestException {
    Request request = exchange.request();
    Arguments.count(request, 0, 1);
    long count = DEFAULT_AUDIT_LINES;
    if (request.argumentCount() == 1) {
      count = Syntax.number(request.argument(0));
      if (count < 1 || count > AuditRing.MAX_LINES) {
        throw Arguments.bad("bad count: 1 to " + AuditRing.MAX_LINES);
      }
    }
    if (!mayAudit(exchange.peer())) {
      throw new RequestException(ErrorCode.DENIED, "AUDIT is for the agent's own uid and root");
    }
    int most = (int) count;
    reply(
        exchange, body -> exchange.fields().append("count=").append(audit.copyNewest(most, body)));
  }

  private boolean mayAudit(Peer peer) {
    return peer.uid() == agentUid || peer.uid() == 0;
  }
}

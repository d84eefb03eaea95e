package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.Syntax;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import dev.secmem.linux.LinuxException;
import java.util.List;

/**
 * The verbs that tell who somebody is: WHOAMI, and EXPLAIN for owners.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class IdentityService {
  /** PID_MAX_LIMIT of Linux. */
  private static final long MAX_PID = 4_194_304;

  private final SecretTable table;
  private final GrantParser grantParser;
  private final Admission admission;

  IdentityService(SecretTable table, GrantParser grantParser, Admission admission) {
    this.table = table;
    this.grantParser = grantParser;
    this.admission = admission;
  }

  void whoami(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 0, 0);
    Peer peer = exchange.peer();
    JsonObject who =
        new JsonObject()
            .put("uid", peer.uid())
            .put("gid", peer.gid())
            .putNumbers("groups", values(peer, "gid"))
            .put("pid", peer.pid())
            .putText("exe", first(peer, "exe"))
            .putNumber("session", first(peer, "session"))
            .putText("unit", first(peer, "unit"));
    reply(exchange, who);
  }

  private String first(Peer peer, String kind) {
    List<String> values = values(peer, kind);
    return values == null ? null : values.get(0);
  }

  /** Null where the agent cannot know, or there is none. */
  private List<String> values(Peer peer, String kind) {
    Authenticator judge = grantParser.judgeOf(kind);
    try {
      return judge == null ? null : judge.values(peer, kind);
    } catch (PluginException e) {
      return null;
    }
  }

  void explain(Exchange exchange) throws RequestException {
    Request request = exchange.request();
    Arguments.count(request, 2, 2);
    Key key = new Key(exchange.peer().uid(), Arguments.name(request));
    long pid = Syntax.number(request.argument(1));
    if (pid < 1 || pid > MAX_PID) {
      throw Arguments.bad("bad pid: 1 to " + MAX_PID);
    }
    exchange.about(key.name(), key.owner());
    long now = Clock.boottimeNanos();
    Entry entry = table.own(key);
    if (entry == null || entry.isExpired(now)) {
      throw entry != null || table.isRemembered(key, now)
          ? SecretTable.expired()
          : SecretTable.notFound();
    }
    exchange.about(entry);
    reply(exchange, explanation(entry, NamedProcess.of((int) pid)));
  }

  private JsonObject explanation(Entry entry, NamedProcess process) {
    Grants access = entry.grants;
    boolean admitted = isAdmitted(process);
    boolean owner = process.uid() == entry.key.owner();
    boolean granted = false;
    StringBuilder grants = new StringBuilder("[");
    for (int i = 0; i < access.count(); i++) {
      String refusal = access.get(i).refusal(process);
      granted |= refusal == null;
      grants.append(i == 0 ? "" : ",").append(verdict("grant", access.wire(i), refusal).text());
    }
    Grant.Term bind = access.bind();
    String unbound = bind == null ? null : bind.refusal(process);
    return new JsonObject()
        .put("name", entry.key.name())
        .put("pid", process.pid())
        .put("uid", process.uid())
        .put("admitted", admitted)
        .put("owner", owner)
        .put("readable", admitted && unbound == null && (owner || granted))
        .putJson("grants", grants.append(']'))
        .putJson("bind", bind == null ? "null" : verdict("bind", bind.wire(), unbound).text());
  }

  private static JsonObject verdict(String key, String wire, String refusal) {
    return new JsonObject()
        .put(key, wire)
        .put("matches", refusal == null)
        .putText("why_not", refusal);
  }

  private boolean isAdmitted(Peer peer) {
    try {
      admission.check(peer);
      return true;
    } catch (RequestException e) {
      return false;
    }
  }

  private static void reply(Exchange exchange, JsonObject object) throws RequestException {
    Reply.Delivery delivery;
    try (TextBody body = new TextBody()) {
      body.append(object.line());
      delivery = exchange.reply().prepare(body.content());
    } catch (LinuxException e) {
      throw new RequestException(ErrorCode.QUOTA, e.getMessage());
    }
    exchange.ok("", delivery);
  }
}

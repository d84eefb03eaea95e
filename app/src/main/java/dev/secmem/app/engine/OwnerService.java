package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import java.util.List;

/**
 * The verbs by which owners change what is said of their secrets: TOUCH, GRANT, REVOKE, RENAME.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class OwnerService {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final EngineOptions options;
  private final GrantParser grantParser;
  private final Reaper reaper;
  private final Resealer resealer;

  OwnerService(EngineOptions options, GrantParser grantParser, Reaper reaper, Resealer resealer) {
    this.options = options;
    this.grantParser = grantParser;
    this.reaper = reaper;
    this.resealer = resealer;
  }

  private static Key key(Exchange exchange) throws RequestException {
    Request request = exchange.request();
    Arguments.count(request, 2, 2);
    return new Key(exchange.peer().uid(), Arguments.name(request));
  }

  void touch(Exchange exchange) throws RequestException {
    Key key = key(exchange);
    long ttlMillis = Arguments.ttlMillis(exchange.request().argument(1), options);
    exchange.about(key.name(), key.owner());
    resealer.reseal(
        exchange,
        key,
        key,
        (old, now) -> new Resealer.Change(old.key, now + ttlMillis * NANOS_PER_MILLI, old.grants));
    exchange.ok(exchange.fields().append("ttl_ms=").append(ttlMillis));
  }

  void grant(Exchange exchange) throws RequestException {
    Key key = key(exchange);
    List<Grant> more = grantParser.given(exchange.request().argument(1), exchange.peer());
    exchange.about(key.name(), key.owner());
    regrant(exchange, key, old -> checked(old.with(more)));
  }

  /** Refuses more grants than a secret may have. */
  static Grants checked(Grants grants) throws RequestException {
    if (grants.count() > Grants.MAX) {
      throw Arguments.bad("more than " + Grants.MAX + " grants");
    }
    if (grants.bound().length() > Grants.MAX_BYTES) {
      throw Arguments.bad("grants of more than " + Grants.MAX_BYTES + " bytes");
    }
    return grants;
  }

  void revoke(Exchange exchange) throws RequestException {
    Key key = key(exchange);
    List<String> wires = grantParser.named(exchange.request().argument(1));
    exchange.about(key.name(), key.owner());
    regrant(
        exchange,
        key,
        old -> {
          for (String wire : wires) {
            if (!old.has(wire)) {
              // A slip of the pen must not look like a grant that was taken back.
              throw new RequestException(ErrorCode.NOT_FOUND, "no such grant: " + wire);
            }
          }
          return old.without(wires);
        });
  }

  private interface Regrant {
    Grants of(Grants old) throws RequestException;
  }

  private void regrant(Exchange exchange, Key key, Regrant regrant) throws RequestException {
    Entry entry =
        resealer.reseal(
            exchange,
            key,
            key,
            (old, now) -> {
              Grants grants = regrant.of(old.grants);
              return grants == old.grants
                  ? null
                  : new Resealer.Change(old.key, old.deadlineNanos, grants);
            });
    exchange.ok(exchange.fields().append("grants=").append(entry.grants.count()));
  }

  void rename(Exchange exchange) throws RequestException {
    Key from = key(exchange);
    String name = exchange.request().argument(1);
    if (!Syntax.isName(name)) {
      throw Arguments.bad("bad new name: 1 to 200 of A-Z a-z 0-9 . _ - / @ : +");
    }
    Key to = new Key(from.owner(), name);
    exchange.about(from.name(), from.owner());
    Entry entry =
        resealer.reseal(
            exchange,
            from,
            to,
            (old, now) -> {
              if (reaper.settle(to, now) != null) {
                throw new RequestException(ErrorCode.EXISTS, "there is a secret of the new name");
              }
              return new Resealer.Change(to, old.deadlineNanos, old.grants);
            });
    exchange.ok(exchange.fields().append("version=").append(entry.version));
  }
}

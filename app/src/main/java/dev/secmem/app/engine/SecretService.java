package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The verbs on secrets. A request that fails changes nothing; a secret that was put, deleted or
 * expired when a reply left is never served in its old state after it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class SecretService {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final EngineOptions options;
  private final SecretTable table;
  private final RecordVault vault;
  private final Quota quota;
  private final ScratchPool scratch;
  private final AccessRules rules;
  private final Reaper reaper;
  private final AtomicLong versions = new AtomicLong();

  SecretService(
      EngineOptions options,
      SecretTable table,
      RecordVault vault,
      Quota quota,
      ScratchPool scratch,
      AccessRules rules,
      Reaper reaper) {
    this.options = options;
    this.table = table;
    this.vault = vault;
    this.quota = quota;
    this.scratch = scratch;
    this.rules = rules;
    this.reaper = reaper;
  }

  void put(Exchange exchange) throws RequestException {
    Request request = exchange.request();
    PutArguments put = PutArguments.parse(request, exchange.peer(), options, rules);
    Key key = new Key(exchange.peer().uid(), put.name);
    exchange.about(key.name(), key.owner());
    Body body = request.body();
    if (body.sizeBytes() > options.maxSecretSize()) {
      throw new RequestException(
          ErrorCode.TOO_LARGE, "a secret has at most " + options.maxSecretSize() + " bytes");
    }
    Entry entry;
    try (ScratchPool.Piece piece = scratch.borrow((int) body.sizeBytes())) {
      body.read(piece.buffer());
      entry = store(key, put, piece);
    }
    exchange.about(entry);
    exchange.ok(exchange.fields().append("version=").append(entry.version));
  }

  private Entry store(Key key, PutArguments put, ScratchPool.Piece piece) throws RequestException {
    ReentrantLock lock = table.writeLock(key);
    Entry entry;
    Entry old;
    boolean ended;
    lock.lock();
    try {
      long now = Clock.boottimeNanos();
      old = reaper.settle(key, now);
      put.check(old);
      int sizeBytes = piece.buffer().remaining();
      quota.addSecret(key, sizeBytes, put.grants(), old);
      try {
        entry =
            vault.put(
                key,
                versions.incrementAndGet(),
                now + put.ttlMillis * NANOS_PER_MILLI,
                put.readsLimit(),
                put.grants(),
                piece.buffer());
      } catch (PluginException | RuntimeException e) {
        quota.removeSecret(key, sizeBytes, put.grants());
        throw Failures.of(e);
      } catch (Error e) {
        quota.removeSecret(key, sizeBytes, put.grants()); // want of heap is one request's failure
        throw e;
      }
      try {
        ended = publish(put, old, entry);
      } catch (RuntimeException | Error e) {
        reaper.discard(entry); // it was not shown
        quota.removeSecret(key, sizeBytes, put.grants());
        throw e;
      }
    } finally {
      lock.unlock();
    }
    if (ended) {
      reaper.bury(old);
    }
    return entry;
  }

  /**
   * Shows a new entry in the place of an old one, of which nothing is served any more from then on.
   *
   * @return whether this ended the old one's life
   */
  private boolean publish(PutArguments put, Entry old, Entry entry) throws RequestException {
    if (old != null && old.giveWay(() -> reaper.show(entry))) {
      return true;
    }
    try {
      if (old != null) {
        put.check(null); // its last read came since it was looked at: now it is absent
      }
    } catch (RequestException e) {
      reaper.discard(entry);
      quota.removeSecret(entry.key, entry.sizeBytes, entry.grants);
      throw e;
    }
    reaper.show(entry);
    return false;
  }

  void get(Exchange exchange) throws RequestException {
    long owner = selectSecret(exchange);
    String name = exchange.name();
    while (true) {
      Entry entry = table.readable(exchange.peer(), name, owner, Clock.boottimeNanos());
      exchange.about(entry);
      requireBound(entry, exchange.peer());
      Reply.Delivery delivery = open(entry, exchange);
      if (delivery == null) {
        continue; // replaced or deleted while it was read: look again
      }
      long now = Clock.boottimeNanos();
      switch (entry.serve(now)) {
        case SERVED -> deliver(exchange, entry, now, delivery);
        case SERVED_LAST -> {
          reaper.bury(entry); // first: a client may take its reply late, or not at all
          deliver(exchange, entry, now, delivery);
        }
        // Looked at again: the name may mean another secret now, one that somebody granted.
        case EXPIRED, GONE -> {
          continue;
        }
      }
      return;
    }
  }

  /** Of a grantee this was asked before; the owner knows anyway that there is such a secret. */
  private static void requireBound(Entry entry, Peer peer) throws RequestException {
    if (entry.key.owner() == peer.uid() && !entry.grants.bindHolds(peer)) {
      throw new RequestException(
          ErrorCode.DENIED, "bound to another " + entry.grants.bind().kind() + " than yours");
    }
  }

  private Reply.Delivery open(Entry entry, Exchange exchange) throws RequestException {
    try (ScratchPool.Piece piece = scratch.borrow(entry.sizeBytes)) {
      vault.open(entry, piece.buffer());
      return exchange.reply().prepare(piece.buffer());
    } catch (PluginException e) {
      if (e.reason() == PluginException.Reason.NOT_FOUND && entry.isGone()) {
        return null;
      }
      throw Failures.of(e);
    }
  }

  private static void deliver(Exchange exchange, Entry entry, long now, Reply.Delivery delivery) {
    exchange.ok(
        exchange
            .fields()
            .append("version=")
            .append(entry.version)
            .append(" ttl_ms=")
            .append(entry.ttlMillis(now))
            .append(" size=")
            .append(entry.sizeBytes)
            .append(" owner=")
            .append(entry.key.owner()),
        delivery);
  }

  void stat(Exchange exchange) throws RequestException {
    long owner = selectSecret(exchange);
    long now = Clock.boottimeNanos();
    Entry entry = table.readable(exchange.peer(), exchange.name(), owner, now);
    exchange.about(entry);
    long reads = entry.reads();
    StringBuilder fields = exchange.fields();
    fields.append("version=").append(entry.version);
    fields.append(" ttl_ms=").append(entry.ttlMillis(now));
    fields.append(" size=").append(entry.sizeBytes);
    fields.append(" owner=").append(entry.key.owner());
    fields.append(" reads=").append(reads).append(" reads_left=");
    if (entry.readsLimit == Entry.UNLIMITED) {
      fields.append('-');
    } else {
      fields.append(entry.readsLimit - reads);
    }
    Grant.Term bind = entry.key.owner() == exchange.peer().uid() ? entry.grants.bind() : null;
    fields.append(" bind=").append(bind == null ? "-" : bind.wire());
    fields.append(" grade=").append(entry.grants.grade().wire());
    exchange.ok(fields);
  }

  /** Reads {@code name [owner=UID]} and answers the owner, or -1. */
  private static long selectSecret(Exchange exchange) throws RequestException {
    Request request = exchange.request();
    Arguments.count(request, 1, 2);
    String name = Arguments.name(request);
    long owner = request.argumentCount() == 2 ? Arguments.owner(request.argument(1)) : -1;
    exchange.about(name, owner);
    return owner;
  }

  void delete(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 1, 1);
    Key key = new Key(exchange.peer().uid(), Arguments.name(exchange.request()));
    exchange.about(key.name(), key.owner());
    ReentrantLock lock = table.writeLock(key);
    lock.lock();
    try {
      long now = Clock.boottimeNanos();
      Entry entry = reaper.settle(key, now);
      if (entry == null) {
        throw table.forget(key, now) ? SecretTable.expired() : SecretTable.notFound();
      }
      exchange.about(entry);
      if (!entry.retire()) {
        throw SecretTable.notFound(); // its last read came first
      }
      reaper.bury(entry);
    } finally {
      lock.unlock();
    }
    exchange.ok("");
  }
}

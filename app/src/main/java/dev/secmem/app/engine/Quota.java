package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * How many secrets and connections there may be, and how much memory they may take, for each uid
 * and in all.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Quota {
  private final EngineOptions options;
  private final long maxMetadataBytes;
  private final Map<Long, Usage> byUid = new HashMap<>();
  private final Usage all = new Usage();
  private long emptySinceNanos = Clock.boottimeNanos();
  private boolean retired;

  /** What one uid, or all, have. */
  static final class Usage {
    private long secrets;
    private long bytes;
    private long metadataBytes;
    private int connections;

    long secrets() {
      return secrets;
    }

    long bytes() {
      return bytes;
    }

    int connections() {
      return connections;
    }

    private boolean isEmpty() {
      return secrets == 0 && connections == 0;
    }

    private Usage copy() {
      Usage copy = new Usage();
      copy.secrets = secrets;
      copy.bytes = bytes;
      copy.metadataBytes = metadataBytes;
      copy.connections = connections;
      return copy;
    }
  }

  /**
   * @param maxMetadataBytes how much of the heap names and grants may take
   */
  Quota(EngineOptions options, long maxMetadataBytes) {
    this.options = options;
    this.maxMetadataBytes = maxMetadataBytes;
  }

  /**
   * Counts a secret that is about to be stored.
   *
   * @param replaced the secret whose place it takes, or null
   * @throws RequestException {@code QUOTA}; nothing was counted
   */
  synchronized void addSecret(Key key, long sizeBytes, Grants grants, Entry replaced)
      throws RequestException {
    Usage own = byUid.computeIfAbsent(key.owner(), uid -> new Usage());
    long metadata = Entry.metadataBytes(key, grants);
    long lessSecrets = replaced == null ? 0 : 1;
    long lessBytes = replaced == null ? 0 : replaced.sizeBytes;
    long lessMetadata = replaced == null ? 0 : Entry.metadataBytes(replaced.key, replaced.grants);
    try {
      check(all.secrets + 1 - lessSecrets, options.maxSecrets(), "secrets", "in all");
      check(own.secrets + 1 - lessSecrets, share(options.maxSecrets()), "secrets", "of this uid");
      check(all.bytes + sizeBytes - lessBytes, options.maxMemory(), "bytes", "in all");
      check(own.bytes + sizeBytes - lessBytes, share(options.maxMemory()), "bytes", "of this uid");
      check(
          all.metadataBytes + metadata - lessMetadata,
          maxMetadataBytes,
          "bytes of names and grants",
          "in all");
      check(
          own.metadataBytes + metadata - lessMetadata,
          share(maxMetadataBytes),
          "bytes of names and grants",
          "of this uid");
    } catch (RequestException e) {
      dropIfEmpty(key.owner(), own);
      throw e;
    }
    for (Usage usage : new Usage[] {own, all}) {
      usage.secrets++;
      usage.bytes += sizeBytes;
      usage.metadataBytes += metadata;
    }
  }

  /** Counts a secret no more. */
  synchronized void removeSecret(Key key, long sizeBytes, Grants grants) {
    Usage own = byUid.get(key.owner());
    long metadata = Entry.metadataBytes(key, grants);
    for (Usage usage : new Usage[] {own, all}) {
      usage.secrets--;
      usage.bytes -= sizeBytes;
      usage.metadataBytes -= metadata;
    }
    dropIfEmpty(key.owner(), own);
    noteEmpty();
  }

  /**
   * Counts a connection.
   *
   * @throws RequestException {@code BUSY}; nothing was counted
   */
  synchronized void addConnection(long uid) throws RequestException {
    if (retired) {
      throw new RequestException(ErrorCode.BUSY, "the agent is about to end; try again");
    }
    Usage own = byUid.computeIfAbsent(uid, any -> new Usage());
    int most = options.maxConnections();
    if (all.connections >= most || own.connections >= share(most)) {
      String whose = all.connections >= most ? "in all" : "of this uid";
      dropIfEmpty(uid, own);
      throw new RequestException(
          ErrorCode.BUSY, "too many connections " + whose + "; close some or try again");
    }
    own.connections++;
    all.connections++;
  }

  /** Counts a connection no more. */
  synchronized void removeConnection(long uid) {
    Usage own = byUid.get(uid);
    own.connections--;
    all.connections--;
    dropIfEmpty(uid, own);
    noteEmpty();
  }

  private void noteEmpty() {
    if (all.isEmpty()) {
      emptySinceNanos = Clock.boottimeNanos();
    }
  }

  /** How long there has been neither a secret nor a connection; -1 while there is one. */
  synchronized long emptyNanos() {
    return all.isEmpty() ? Clock.boottimeNanos() - emptySinceNanos : -1;
  }

  /**
   * Lets no connection in any more if there has been neither a secret nor a connection for that
   * long: nobody can then be told that something is kept which is about to be lost.
   *
   * @return whether it is so
   */
  synchronized boolean retireIfEmptyFor(long nanos) {
    retired = retired || emptyNanos() >= nanos;
    return retired;
  }

  /** What all uids have now. */
  synchronized Usage total() {
    return all.copy();
  }

  /** What one uid has now. */
  synchronized Usage of(long uid) {
    Usage own = byUid.get(uid);
    return own == null ? new Usage() : own.copy();
  }

  private long share(long most) {
    // In this order a large limit does not overflow; at least 1, or nobody could have any.
    int percent = options.uidSharePercent();
    return Math.max(1, most / 100 * percent + most % 100 * percent / 100);
  }

  private void dropIfEmpty(long uid, Usage usage) {
    if (usage.isEmpty()) {
      byUid.remove(uid);
    }
  }

  private static void check(long wanted, long most, String what, String whose)
      throws RequestException {
    if (wanted > most) {
      throw new RequestException(
          ErrorCode.QUOTA, "limit of " + most + " " + what + " " + whose + " is reached");
    }
  }
}

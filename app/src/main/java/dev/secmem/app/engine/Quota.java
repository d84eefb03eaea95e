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
  private final Map<Uid, Usage> byUid = new HashMap<>();
  private final Usage all = new Usage();

  /** What is looked up next: ends are counted even when there is no heap for a key. */
  private final Uid wanted = new Uid(0);

  private long emptySinceNanos = Clock.boottimeNanos();
  private boolean retired;

  /** A key of the map, or the one object that looks for others. */
  private static final class Uid {
    private long value;

    Uid(long value) {
      this.value = value;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Uid && ((Uid) other).value == value;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(value);
    }
  }

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

    private void addSecret(long sizeBytes, long metadata) {
      secrets++;
      bytes += sizeBytes;
      metadataBytes += metadata;
    }

    private void removeSecret(long sizeBytes, long metadata) {
      secrets--;
      bytes -= sizeBytes;
      metadataBytes -= metadata;
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
    Usage own = findOrAdd(key.owner());
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
    own.addSecret(sizeBytes, metadata);
    all.addSecret(sizeBytes, metadata);
  }

  /** Counts a secret no more. Takes no heap. */
  synchronized void removeSecret(Key key, long sizeBytes, Grants grants) {
    Usage own = find(key.owner());
    long metadata = Entry.metadataBytes(key, grants);
    own.removeSecret(sizeBytes, metadata);
    all.removeSecret(sizeBytes, metadata);
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
    Usage own = findOrAdd(uid);
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

  /** Counts a connection no more. Takes no heap. */
  synchronized void removeConnection(long uid) {
    Usage own = find(uid);
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
    Usage own = find(uid);
    return own == null ? new Usage() : own.copy();
  }

  private long share(long most) {
    // In this order a large limit does not overflow; at least 1, or nobody could have any.
    int percent = options.uidSharePercent();
    return Math.max(1, most / 100 * percent + most % 100 * percent / 100);
  }

  private Usage find(long uid) {
    wanted.value = uid;
    return byUid.get(wanted);
  }

  private Usage findOrAdd(long uid) {
    Usage own = find(uid);
    if (own == null) {
      own = new Usage();
      byUid.put(new Uid(uid), own);
    }
    return own;
  }

  private void dropIfEmpty(long uid, Usage usage) {
    if (usage.isEmpty()) {
      wanted.value = uid;
      byUid.remove(wanted);
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

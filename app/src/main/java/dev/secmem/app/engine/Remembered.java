package dev.secmem.app.engine;

import dev.secmem.api.identity.Peer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Secrets that expired less than an hour ago, so that who could read one is told {@code expired},
 * not {@code not-found}: the newest of each owner, as far as the memory for it goes.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Remembered {
  private static final int MAX_FOR_EACH_OWNER = 1024;
  private static final int MAX_OWNERS = 256;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  /** What a tombstone takes on the heap besides its name and grants, roughly. */
  private static final int TOMBSTONE_BYTES = 160;

  private final long maxBytes;
  private final Map<Long, Graves> byOwner = new HashMap<>();
  private final ArrayDeque<Long> owners = new ArrayDeque<>();
  private long bytes;

  /** As many as a sixteenth of the heap holds: names and grants are the clients' choice. */
  Remembered() {
    this(Runtime.getRuntime().maxMemory() / 16);
  }

  Remembered(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  private record Tombstone(Grants grants, long expiredNanos, long bytes) {}

  /** One owner's, the oldest first. */
  private static final class Graves {
    private final Map<String, Tombstone> byName = new LinkedHashMap<>();
    private long bytes;
  }

  synchronized void add(Entry entry) {
    Graves own = byOwner.get(entry.key.owner());
    if (own == null) {
      own = newOwner(entry.key.owner());
    }
    String name = entry.key.name();
    long size = TOMBSTONE_BYTES + name.length() + entry.grants.metadataBytes();
    remove(own, name); // so that it becomes the newest
    own.byName.put(name, new Tombstone(entry.grants, entry.deadlineNanos, size));
    count(own, size);
    if (own.byName.size() > MAX_FOR_EACH_OWNER) {
      removeOldest(own);
    }
    while (bytes > maxBytes) {
      // Of whoever has most: nobody can push out what others had.
      removeOldest(byOwner.values().stream().max(Comparator.comparingLong(o -> o.bytes)).get());
    }
  }

  private void count(Graves own, long more) {
    own.bytes += more;
    bytes += more;
  }

  private Tombstone remove(Graves own, String name) {
    Tombstone tombstone = own.byName.remove(name);
    if (tombstone != null) {
      count(own, -tombstone.bytes);
    }
    return tombstone;
  }

  private void removeOldest(Graves own) {
    remove(own, own.byName.keySet().iterator().next());
  }

  /** Forgets one, and tells whether it was remembered still. */
  synchronized boolean forget(Key key, long nowNanos) {
    Graves own = byOwner.get(key.owner());
    Tombstone tombstone = own == null ? null : remove(own, key.name());
    if (own != null && own.byName.isEmpty()) {
      // So that it does not push out one of whom something is remembered.
      byOwner.remove(key.owner());
      owners.remove(key.owner());
    }
    return tombstone != null && isRecent(tombstone, nowNanos);
  }

  /** Whether the owner's secret of that name expired lately. */
  synchronized boolean isRemembered(Key key, long nowNanos) {
    Graves own = byOwner.get(key.owner());
    Tombstone tombstone = own == null ? null : own.byName.get(key.name());
    return tombstone != null && isRecent(tombstone, nowNanos);
  }

  /** Whether the peer could read it when it expired. */
  synchronized boolean wasReadable(Key key, Peer peer, long nowNanos) {
    Graves own = byOwner.get(key.owner());
    Tombstone tombstone = own == null ? null : own.byName.get(key.name());
    return tombstone != null
        && isRecent(tombstone, nowNanos)
        && (key.owner() == peer.uid() || tombstone.grants.admit(peer));
  }

  /** Whether the peer could read one of that name, whoever's, when it expired. */
  synchronized boolean wasReadable(String name, Peer peer, long nowNanos) {
    for (Long owner : owners) {
      if (wasReadable(new Key(owner, name), peer, nowNanos)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRecent(Tombstone tombstone, long nowNanos) {
    return nowNanos - tombstone.expiredNanos < HOUR_NANOS;
  }

  private Graves newOwner(long owner) {
    if (owners.size() == MAX_OWNERS) {
      bytes -= byOwner.remove(owners.removeFirst()).bytes;
    }
    owners.addLast(owner);
    Graves own = new Graves();
    byOwner.put(owner, own);
    return own;
  }
}

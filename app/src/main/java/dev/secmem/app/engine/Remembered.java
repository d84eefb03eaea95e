package dev.secmem.app.engine;

import dev.secmem.api.identity.Peer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Secrets that expired less than an hour ago, so that who could read one is told {@code expired},
 * not {@code not-found}: the newest of each owner.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Remembered {
  private static final int MAX_FOR_EACH_OWNER = 1024;
  private static final int MAX_OWNERS = 256;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final Map<Long, Map<String, Tombstone>> byOwner = new HashMap<>();
  private final ArrayDeque<Long> owners = new ArrayDeque<>();

  private static final class Tombstone {
    private final Grants grants;
    private final long expiredNanos;

    Tombstone(Grants grants, long expiredNanos) {
      this.grants = grants;
      this.expiredNanos = expiredNanos;
    }
  }

  synchronized void add(Entry entry) {
    Map<String, Tombstone> own = byOwner.get(entry.key.owner());
    if (own == null) {
      own = newOwner(entry.key.owner());
    }
    String name = entry.key.name();
    own.remove(name); // so that it becomes the newest
    own.put(name, new Tombstone(entry.grants, entry.deadlineNanos));
    if (own.size() > MAX_FOR_EACH_OWNER) {
      own.remove(own.keySet().iterator().next());
    }
  }

  /** Forgets one, and tells whether it was remembered still. */
  synchronized boolean forget(Key key, long nowNanos) {
    Map<String, Tombstone> own = byOwner.get(key.owner());
    Tombstone tombstone = own == null ? null : own.remove(key.name());
    if (own != null && own.isEmpty()) {
      // So that it does not push out one of whom something is remembered.
      byOwner.remove(key.owner());
      owners.remove(key.owner());
    }
    return tombstone != null && isRecent(tombstone, nowNanos);
  }

  /** Whether the owner's secret of that name expired lately. */
  synchronized boolean isRemembered(Key key, long nowNanos) {
    Map<String, Tombstone> own = byOwner.get(key.owner());
    Tombstone tombstone = own == null ? null : own.get(key.name());
    return tombstone != null && isRecent(tombstone, nowNanos);
  }

  /** Whether the peer could read it when it expired. */
  synchronized boolean wasReadable(Key key, Peer peer, long nowNanos) {
    Map<String, Tombstone> own = byOwner.get(key.owner());
    Tombstone tombstone = own == null ? null : own.get(key.name());
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

  private Map<String, Tombstone> newOwner(long owner) {
    if (owners.size() == MAX_OWNERS) {
      byOwner.remove(owners.removeFirst());
    }
    owners.addLast(owner);
    Map<String, Tombstone> own = new LinkedHashMap<>();
    byOwner.put(owner, own);
    return own;
  }
}

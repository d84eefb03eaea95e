package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.RequestException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which secrets there are, and which one a name means to whom.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Who writes
 * holds the name's {@link #writeLock}; who reads holds nothing.
 */
final class SecretTable {
  private static final int STRIPES = 64;

  private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
  private final GrantIndex granted = new GrantIndex();
  private final DeadlineQueue deadlines = new DeadlineQueue();
  private final Remembered remembered = new Remembered();
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  SecretTable() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /** The lock that orders the writers of a name; some names share one. */
  ReentrantLock writeLock(Key key) {
    return stripes[lockOrder(key)];
  }

  /** Who takes the locks of two names takes that of the smaller number first. */
  int lockOrder(Key key) {
    return (key.hashCode() ^ key.hashCode() >>> 16) & (STRIPES - 1);
  }

  /** The owner's secret of that name, expired or not; null if there is none. */
  Entry own(Key key) {
    Entry entry = entries.get(key);
    return entry == null || entry.isGone() ? null : entry;
  }

  /**
   * The secret that a name means to a peer (docs/PROTOCOL.md, GET).
   *
   * @param owner whose, or -1
   * @throws RequestException {@code NOT_FOUND}, {@code EXPIRED} or {@code CONFLICT}
   */
  Entry readable(Peer peer, String name, long owner, long nowNanos) throws RequestException {
    if (owner >= 0) {
      return ownersReadable(peer, new Key(owner, name), nowNanos);
    }
    Key key = new Key(peer.uid(), name);
    Entry own = own(key);
    if (own != null && !own.isExpired(nowNanos)) {
      return own;
    }
    boolean expired = own != null;
    Entry found = null;
    for (Entry entry : granted.named(name)) {
      if (entry.isGone() || entry.key.owner() == peer.uid() || !entry.grants.admit(peer)) {
        continue;
      }
      if (entry.isExpired(nowNanos)) {
        expired = true;
      } else if (found != null && found.key.owner() == entry.key.owner()) {
        // Being replaced right now: the newer of the two.
        found = found.recordId > entry.recordId ? found : entry;
      } else if (found != null) {
        throw new RequestException(
            ErrorCode.CONFLICT, "several owners granted you that name; say owner=UID");
      } else {
        found = entry;
      }
    }
    if (found != null) {
      return found;
    }
    throw expired || remembered.wasReadable(name, peer, nowNanos) ? expired() : notFound();
  }

  private Entry ownersReadable(Peer peer, Key key, long nowNanos) throws RequestException {
    Entry entry = own(key);
    if (entry == null || !isReadable(entry, peer)) {
      throw remembered.wasReadable(key, peer, nowNanos) ? expired() : notFound();
    }
    if (entry.isExpired(nowNanos)) {
      throw expired();
    }
    return entry;
  }

  /** Whether the peer is its owner or was granted it. */
  static boolean isReadable(Entry entry, Peer peer) {
    return entry.key.owner() == peer.uid() || entry.grants.admit(peer);
  }

  /** What the peer may read now, by name, then owner. */
  List<Entry> list(Peer peer, String prefix, long nowNanos) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.key.name().startsWith(prefix)
          && !entry.isGone()
          && !entry.isExpired(nowNanos)
          && isReadable(entry, peer)) {
        found.add(entry);
      }
    }
    found.sort(
        Comparator.comparing((Entry entry) -> entry.key.name())
            .thenComparingLong(entry -> entry.key.owner()));
    return found;
  }

  /**
   * Shows a new secret, or fails and shows nothing. The write lock is held.
   *
   * @return whether its deadline is now the earliest of all
   */
  boolean show(Entry entry) {
    remembered.forget(entry.key, entry.deadlineNanos);
    return entry.appear(() -> enter(entry));
  }

  private boolean enter(Entry entry) {
    boolean entered = false;
    try {
      boolean first = deadlines.add(entry);
      granted.add(entry);
      entries.put(entry.key, entry);
      entered = true;
      return first;
    } finally {
      if (!entered) {
        deadlines.remove(entry);
        granted.remove(entry);
      }
    }
  }

  /** Takes out an entry whose life was ended. Can be done again if it failed. */
  void hide(Entry entry) {
    deadlines.remove(entry); // first: it takes no heap, and who waits for deadlines goes on
    entries.remove(entry.key, entry);
    granted.remove(entry);
  }

  /** Remembers that an entry expired. */
  void remember(Entry entry) {
    remembered.add(entry);
  }

  /** Forgets that the owner's secret expired; tells whether it was remembered. */
  boolean forget(Key key, long nowNanos) {
    return remembered.forget(key, nowNanos);
  }

  /** Whether the owner's secret of that name expired lately. */
  boolean isRemembered(Key key, long nowNanos) {
    return remembered.isRemembered(key, nowNanos);
  }

  /** The entry with the earliest deadline, or null. */
  Entry earliest() {
    return deadlines.first();
  }

  static RequestException notFound() {
    return new RequestException(ErrorCode.NOT_FOUND, "no such key");
  }

  static RequestException expired() {
    return new RequestException(ErrorCode.EXPIRED, "its time ran out");
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import java.util.concurrent.locks.StampedLock;

/**
 * Keeps requests and the lock apart: while the agent is locked no request gets in, and once {@link
 * #awaitRequests} has returned none is left inside.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class LockGate {
  private final StampedLock requests = new StampedLock();
  private volatile boolean locked = true;
  private final boolean notesUses;
  private volatile long lastUseNanos = Clock.boottimeNanos();

  /**
   * A shut gate.
   *
   * @param notesUses whether {@link #lastUseNanos} is wanted
   */
  LockGate(boolean notesUses) {
    this.notesUses = notesUses;
  }

  /**
   * Lets a request in.
   *
   * @return what {@link #leave} takes
   * @throws RequestException {@code LOCKED}
   */
  long enter() throws RequestException {
    // Looked at first: while a lock waits for requests inside, new ones must not wait with it.
    if (locked) {
      throw Failures.locked();
    }
    long stamp = requests.readLock();
    if (locked) {
      requests.unlockRead(stamp);
      throw Failures.locked();
    }
    if (notesUses) {
      lastUseNanos = Clock.boottimeNanos();
    }
    return stamp;
  }

  void leave(long stamp) {
    requests.unlockRead(stamp);
  }

  /** When the last request was let in, or the gate opened. */
  long lastUseNanos() {
    return lastUseNanos;
  }

  boolean isLocked() {
    return locked;
  }

  void open() {
    lastUseNanos = Clock.boottimeNanos();
    locked = false;
  }

  /** Lets no request in any more. */
  void shut() {
    locked = true;
  }

  /**
   * Waits until every request has left that was inside. The longest wait is for a client that does
   * not take its reply, whom the transport disconnects.
   */
  void awaitRequests() {
    requests.unlockWrite(requests.writeLock());
  }
}

package dev.secmem.store.heapless;

/**
 * One record of the store: where it is, and who reads it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class StoredRecord {
  private enum State {
    PENDING,
    COMMITTED,
    DYING,
    GONE
  }

  final long deadlineNanos;
  final int length;
  private RecordMemory.Place place;
  private State state = State.PENDING;
  private int readers;

  StoredRecord(long deadlineNanos, int length) {
    this.deadlineNanos = deadlineNanos;
    this.length = length;
  }

  /** Shows it to others, wholly written. */
  synchronized void commit(RecordMemory.Place written) {
    place = written;
    state = State.COMMITTED;
  }

  synchronized boolean isCommitted() {
    return state == State.COMMITTED;
  }

  /** Where it is; for whoever has entered or retracted it. */
  synchronized RecordMemory.Place place() {
    return place;
  }

  /**
   * Keeps it from being wiped until {@link #leave}.
   *
   * @return false if it is not there
   */
  synchronized boolean enter() {
    if (state != State.COMMITTED) {
      return false;
    }
    readers++;
    return true;
  }

  synchronized void leave() {
    readers--;
    if (readers == 0) {
      notifyAll();
    }
  }

  /**
   * Hides it and waits for its readers; one who comes too late waits until it is wiped.
   *
   * @return whether it is the caller's now, to wipe and {@link #forget}
   */
  synchronized boolean retract() {
    boolean mine = state == State.COMMITTED;
    if (mine) {
      state = State.DYING;
    }
    boolean interrupted = false;
    while (mine ? readers > 0 : state == State.DYING) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // no reason to leave a record half deleted
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return mine;
  }

  synchronized void forget() {
    state = State.GONE;
    notifyAll();
  }
}

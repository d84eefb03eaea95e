package dev.secmem.store.heapless;

import dev.secmem.linux.NativeMemory.Access;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The state behind a {@link LockedBuffer}: who reads, what is allowed, whether it lives. It never
 * refers to the buffer, so that the collector can find an unclosed one.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. The monitor
 * is held for a change of state and for system calls, never while a callback runs. A thread that is
 * inside any callback does not wait here: two that close each other's buffers would wait for ever.
 */
final class Guarded {
  private static final Set<Guarded> LIVE = ConcurrentHashMap.newKeySet();

  final int size;
  final Throwable creation;
  private final int hash = ThreadLocalRandom.current().nextInt();
  private final Region region;
  private Access access = Access.READ_WRITE;
  private int readers;
  private int writers;
  private int waiting;
  private boolean released;
  private Leaks.Alarm alarm;
  private volatile boolean mutable = true;
  private volatile boolean closing;

  /** Takes a writable region over; its bytes may be written until {@link #settle}. */
  Guarded(Region region, int size) {
    this.region = region;
    this.size = size;
    this.creation = Leaks.creation();
    readers = 1;
    writers = 1;
    Counters.opened();
    LIVE.add(this);
  }

  /** Keeps what tells that the buffer was forgotten: it must live longer than the buffer. */
  void watch(Leaks.Alarm forgotten) {
    alarm = forgotten;
  }

  /** By chance: the identity's own would cost more than all else that the set does. */
  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  /** Those that are not closed at this moment. */
  static Set<Guarded> live() {
    return LIVE;
  }

  /** Ends the time in which the maker writes. */
  void settle(boolean frozen) {
    mutable = !frozen;
    leave(true);
  }

  Region region() {
    return region;
  }

  /**
   * Counts a reader and opens the pages. {@link #leave} must follow.
   *
   * @return whether the reader may write
   * @throws IllegalStateException if the buffer is closed, or about to be
   */
  synchronized boolean enter() {
    if (closing) {
      throw Failure.closed();
    }
    Access needed = mutable ? Access.READ_WRITE : Access.READ;
    if (needed.compareTo(access) > 0) {
      region.permit(needed);
      access = needed;
    }
    readers++;
    if (mutable) {
      writers++;
      return true;
    }
    return false;
  }

  void leave(boolean writer) {
    boolean damaged = false;
    synchronized (this) {
      readers--;
      if (writer) {
        writers--;
      }
      if (readers == 0) {
        if (closing) {
          damaged = release();
        } else {
          shut();
        }
      }
      if (waiting > 0) {
        notifyAll();
      }
    }
    if (damaged) {
      Damage.report(size);
    }
  }

  boolean isMutable() {
    return mutable && !closing;
  }

  boolean isAlive() {
    return !closing;
  }

  /** Ends writing: at once for views not yet lent, and waits for those that are. */
  synchronized void freeze() {
    requireAlive();
    mutable = false;
    boolean interrupted = false;
    while (writers > 0 && !Borrows.inside()) {
      interrupted |= await();
    }
    restore(interrupted);
  }

  synchronized void melt() {
    requireAlive();
    mutable = true;
  }

  /** Wipes and gives the memory back, once nobody reads; waits for that where it may. */
  void close() {
    boolean damaged = false;
    synchronized (this) {
      closing = true;
      if (readers == 0) {
        damaged = release();
      } else if (!Borrows.inside()) {
        boolean interrupted = false;
        while (!released) {
          interrupted |= await();
        }
        restore(interrupted);
      }
    }
    if (damaged) {
      Damage.report(size);
    }
  }

  /** Wipes at once, under the eyes of whoever reads, and waits for nobody. */
  void purge() {
    boolean damaged = false;
    synchronized (this) {
      closing = true;
      mutable = false;
      if (readers == 0) {
        damaged = release();
      } else if (!released) {
        open();
        region.wipe();
      }
    }
    if (damaged) {
      Damage.report(size);
    }
  }

  /** Whether the canaries are whole. */
  synchronized boolean intact() {
    requireAlive();
    if (access == Access.NONE) {
      region.permit(Access.READ);
      access = Access.READ;
    }
    boolean intact = region.intact();
    if (readers == 0) {
      shut();
    }
    return intact;
  }

  private void requireAlive() {
    if (closing) {
      throw Failure.closed();
    }
  }

  private void open() {
    if (access != Access.READ_WRITE) {
      region.permit(Access.READ_WRITE);
      access = Access.READ_WRITE;
    }
  }

  private void shut() {
    if (region.protections().contains(Protection.CLOSED_AT_REST)) {
      access = Access.NONE;
      region.permit(Access.NONE);
    }
  }

  /** Returns whether a canary was damaged; first of all the secret is gone. */
  private boolean release() {
    if (released) {
      return false;
    }
    released = true;
    LIVE.remove(this);
    if (alarm != null) {
      alarm.clear();
    }
    Counters.closed();
    boolean damaged = false;
    boolean reusable = false;
    try {
      open();
      region.wipe();
      damaged = !region.intact();
      reusable = !damaged;
    } catch (IllegalStateException e) {
      // Pages that cannot be opened are unmapped, and the kernel zeroes them before the next use:
      // the secret is gone either way, which is all that a close can do.
      damaged = true;
    } finally {
      region.release(!reusable);
    }
    return damaged;
  }

  private boolean await() {
    waiting++;
    try {
      wait();
      return false;
    } catch (InterruptedException e) {
      return true;
    } finally {
      waiting--;
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

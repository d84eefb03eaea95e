package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.NativeMemory;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Slots of one size. Slabs grow with the pool, from one page on: a program with three small secrets
 * locks three pages at most, one with a hundred thousand has few mappings.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Pool {
  private static final int LARGEST_SLAB_PAGES = 64;

  private final int slotBytes;
  private final Pages.Wish wish;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those with a free slot; the last one serves. */
  private final ArrayDeque<Slab> open = new ArrayDeque<>();

  private int slabs;
  private Slab spare;

  Pool(int slotBytes, Pages.Wish wish) {
    this.slotBytes = slotBytes;
    this.wish = wish;
  }

  /** Whether nobody is using this pool at the moment, and it is the caller's now. */
  boolean tryLock() {
    return lock.tryLock();
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Takes a slot of the slab that {@link #serving} gave, both under one lock. */
  SlotRegion take(int size) throws PluginException {
    Slab slab = serving();
    SlotRegion region = new SlotRegion(slab, slab.take(), size);
    if (slab == spare) {
      spare = null;
    }
    if (slab.isFull()) {
      open.pollLast();
    }
    return region;
  }

  private Slab serving() throws PluginException {
    Slab slab = open.peekLast();
    if (slab == null) {
      slab = grow();
      slabs++;
      open.addLast(slab);
    }
    return slab;
  }

  private Slab grow() throws PluginException {
    int pages = Math.min(LARGEST_SLAB_PAGES, 1 << Math.min(slabs, 6));
    while (true) {
      try {
        return new Slab((long) pages * NativeMemory.PAGE_BYTES, slotBytes, wish, this);
      } catch (PluginException e) {
        // Near the limit a smaller one may still fit.
        if (pages == 1) {
          throw e;
        }
        pages /= 2;
      }
    }
  }

  /** Takes a wiped slot back, and lets a slab go that holds nothing while another one is kept. */
  void give(Slab slab, int slot) {
    Slab surplus = null;
    lock.lock();
    try {
      boolean wasFull = slab.isFull();
      slab.give(slot);
      if (wasFull) {
        open.addFirst(slab);
      }
      if (slab.isEmpty()) {
        if (spare == null) {
          spare = slab;
        } else {
          surplus = slab;
          remove(slab);
        }
      }
    } finally {
      lock.unlock();
    }
    if (surplus != null) {
      surplus.pages.close();
    }
  }

  /** Unmaps the slab that is kept although it holds nothing; false if there is none. */
  boolean drop() {
    // Whoever needs memory may hold the lock of another pool that waits for this one's.
    if (!lock.tryLock()) {
      return false;
    }
    Slab idle = spare;
    try {
      if (idle == null) {
        return false;
      }
      spare = null;
      remove(idle);
    } finally {
      lock.unlock();
    }
    idle.pages.close();
    return true;
  }

  private void remove(Slab slab) {
    open.remove(slab);
    slabs--;
  }
}

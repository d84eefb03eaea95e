package dev.secmem.store.heapless;

import dev.secmem.linux.NativeMemory;
import java.util.ArrayDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * Single pages that closed buffers gave back, wiped and inaccessible, for the next buffer: mapping
 * a memfd_secret page costs ten times what opening one does. A few are kept, and none when locked
 * memory runs short.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Spares {
  private static final int MOST = 32;

  private static final Spares BEST = new Spares();
  private static final Spares LOCKED = new Spares();
  private static final CopyOnWriteArrayList<BooleanSupplier> OTHERS = new CopyOnWriteArrayList<>();

  private final ArrayDeque<PageRegion.Mapping> kept = new ArrayDeque<>();

  private Spares() {}

  /** Those that fulfil a wish, null if none are kept for such a one. */
  static Spares of(Pages.Wish wish) {
    return switch (wish) {
      case BEST -> BEST;
      case LOCKED -> LOCKED;
      case ANY, UNLOCKED -> null;
    };
  }

  /** Has {@code dropper} called too, when memory runs short; it says whether it freed any. */
  static void alsoDrop(BooleanSupplier dropper) {
    OTHERS.add(dropper);
  }

  /** One that is writable now, null if none is left. */
  PageRegion.Mapping take() {
    PageRegion.Mapping mapping;
    synchronized (this) {
      mapping = kept.pollLast();
    }
    if (mapping != null) {
      mapping.pages().protect(NativeMemory.Access.READ_WRITE);
    }
    return mapping;
  }

  /**
   * Takes one that is wiped.
   *
   * @return false if enough are kept
   */
  boolean give(PageRegion.Mapping mapping) {
    synchronized (this) {
      if (kept.size() == MOST) {
        return false;
      }
    }
    try {
      mapping.pages().protect(NativeMemory.Access.NONE);
    } catch (IllegalStateException e) {
      return false; // what cannot be closed to access is not kept
    }
    synchronized (this) {
      kept.addLast(mapping);
    }
    return true;
  }

  /** Unmaps all that is kept; false if there was none. */
  static boolean drop() {
    boolean any = BEST.clear() | LOCKED.clear();
    for (BooleanSupplier other : OTHERS) {
      any |= other.getAsBoolean();
    }
    return any;
  }

  private boolean clear() {
    boolean any = false;
    while (true) {
      PageRegion.Mapping mapping;
      synchronized (this) {
        mapping = kept.pollLast();
      }
      if (mapping == null) {
        return any;
      }
      mapping.pages().close();
      any = true;
    }
  }
}

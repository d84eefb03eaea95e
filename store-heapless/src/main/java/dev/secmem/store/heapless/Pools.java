package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;

/**
 * The pools for every size up to {@link #LARGEST}, each twice or more: threads that allocate at the
 * same time find one that is free.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Pools {
  /** What is larger gets pages of its own. */
  static final int LARGEST = 1024;

  private static final int[] SIZES = {16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, LARGEST};
  private static final int COPIES =
      Math.min(8, 2 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

  private static final byte[] CLASS_OF = classes();

  private static final Pools BEST = new Pools(Pages.Wish.BEST);
  private static final Pools LOCKED = new Pools(Pages.Wish.LOCKED);
  private static final Pools ANY = new Pools(Pages.Wish.ANY);

  private final Pool[][] pools = new Pool[SIZES.length][COPIES];

  private Pools(Pages.Wish wish) {
    for (int i = 0; i < SIZES.length; i++) {
      for (int copy = 0; copy < COPIES; copy++) {
        pools[i][copy] = new Pool(SIZES[i], wish);
      }
    }
    Spares.alsoDrop(this::drop);
  }

  static Pools of(Pages.Wish wish) {
    return switch (wish) {
      case BEST -> BEST;
      case LOCKED -> LOCKED;
      case ANY, UNLOCKED -> ANY;
    };
  }

  /** Takes a slot of at least {@code size} bytes, 1 to {@link #LARGEST}. */
  SlotRegion take(int size) throws PluginException {
    Pool[] copies = pools[CLASS_OF[(size + 15) / 16]];
    // Always the same for one thread, so that no more copies are begun than there are threads.
    int home = (int) Thread.currentThread().getId();
    for (int i = 0; i < COPIES; i++) {
      Pool pool = copies[home + i & COPIES - 1];
      if (pool.tryLock()) {
        return takeLocked(pool, size);
      }
    }
    Pool pool = copies[home & COPIES - 1];
    pool.lock();
    return takeLocked(pool, size);
  }

  private static SlotRegion takeLocked(Pool pool, int size) throws PluginException {
    try {
      return pool.take(size);
    } finally {
      pool.unlock();
    }
  }

  private boolean drop() {
    boolean any = false;
    for (Pool[] copies : pools) {
      for (Pool pool : copies) {
        any |= pool.drop();
      }
    }
    return any;
  }

  private static byte[] classes() {
    byte[] classes = new byte[LARGEST / 16 + 1];
    int at = 0;
    for (int sixteenths = 1; sixteenths < classes.length; sixteenths++) {
      if (sixteenths * 16 > SIZES[at]) {
        at++;
      }
      classes[sixteenths] = (byte) at;
    }
    return classes;
  }
}

package dev.secmem.store.memfd;

import java.util.function.LongFunction;

/**
 * Empties slabs that hold little, by copying their records into other slabs: a hole cannot be
 * punched into a sealed file, so memory goes back a slab at a time. The work is done in small steps
 * by those who put and delete; there is no thread for it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Compactor {
  /** So much is moved by one put or delete, or one record more. */
  private static final int STEP_BYTES = 16 << 10;

  private final SlabPool pool;
  private final LongFunction<Stripe> stripes;

  Compactor(SlabPool pool, LongFunction<Stripe> stripes) {
    this.pool = pool;
    this.stripes = stripes;
  }

  /** Does a little of what is to be done, if anything is. */
  void step() {
    int bytes = 0;
    while (bytes < STEP_BYTES) {
      int moved = move(false);
      if (moved == 0) {
        return;
      }
      bytes += moved;
    }
  }

  /**
   * Empties a slab in one go, the one that holds least if it can be: for a put that found no space.
   *
   * @return whether it is worth trying that again
   */
  synchronized boolean vacate() {
    for (int candidates = 3; candidates > 0; candidates--) {
      Slab slab = pool.drainEmptiest();
      if (slab == null) {
        return false;
      }
      int moved;
      do {
        moved = move(true);
      } while (moved > 0 && pool.isDraining(slab));
      if (moved > 0) {
        return true;
      }
    }
    return false;
  }

  /** Moves one record, if it can be; returns the size of its slot, 0 if there is none to move. */
  private int move(boolean patiently) {
    SlabPool.Move move = pool.beginMove(patiently);
    if (move == null) {
      return 0;
    }
    boolean moved = false;
    try {
      moved = stripes.apply(move.id()).move(move.id(), move.from(), move.to());
    } finally {
      // Where it was, or where it was to be: one of the two slots is of no use now.
      pool.free(moved ? move.from() : move.to());
      pool.endMove();
    }
    return move.granules() * Layout.GRANULE_BYTES;
  }
}

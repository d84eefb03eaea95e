package dev.secmem.store.memfd;

/**
 * Which granules of a slab are taken: a bit each. Neighbours that are free are one run by nature,
 * so freed slots of any size serve slots of every other size.
 *
 * <p>Confined to whoever holds the pool's monitor.
 */
final class SlotMap {
  private final int granules;
  private final long[] taken;
  private int used;

  /** No word below this one has a free bit. */
  private int firstFreeWord;

  /** No run of free granules is longer: a bound that a search in vain makes exact. */
  private int longestRun;

  SlotMap(int granules) {
    this.granules = granules;
    this.taken = new long[(granules + 63) / 64];
    this.longestRun = granules;
  }

  int used() {
    return used;
  }

  /**
   * Takes the first run of {@code count} free granules.
   *
   * @return where it begins, -1 if there is none
   */
  int take(int count) {
    if (count > longestRun) {
      return -1;
    }
    int longest = 0;
    int from = nextFree(firstFreeWord * 64);
    firstFreeWord = from / 64;
    while (from < granules) {
      int to = nextTaken(from, Math.min(granules, from + count));
      if (to - from == count) {
        fill(from, count, true);
        return from;
      }
      longest = Math.max(longest, to - from);
      from = nextFree(to);
    }
    longestRun = longest;
    return -1;
  }

  /** Takes these granules, which are free. */
  void takeAt(int from, int count) {
    fill(from, count, true);
  }

  /** Frees granules that are taken. */
  void give(int from, int count) {
    fill(from, count, false);
    firstFreeWord = Math.min(firstFreeWord, from / 64);
    longestRun = granules - used;
  }

  /** The first granule at or after {@code from} that is taken, {@code to} if none is before it. */
  int nextTaken(int from, int to) {
    for (int at = from; at < to; at = (at | 63) + 1) {
      long word = taken[at / 64] >>> at;
      if (word != 0) {
        return Math.min(to, at + Long.numberOfTrailingZeros(word));
      }
    }
    return to;
  }

  private int nextFree(int from) {
    for (int at = from; at < granules; at = (at | 63) + 1) {
      long word = ~taken[at / 64] >>> at;
      if (word != 0) {
        return Math.min(granules, at + Long.numberOfTrailingZeros(word));
      }
    }
    return granules;
  }

  private void fill(int from, int count, boolean take) {
    for (int at = from; at < from + count; ) {
      int end = Math.min(from + count, (at | 63) + 1);
      long bits = -1L >>> (64 - (end - at)) << at;
      if ((taken[at / 64] & bits) != (take ? 0 : bits)) {
        throw new IllegalStateException("granules " + at + " to " + end + " are not as they were");
      }
      taken[at / 64] ^= bits;
      at = end;
    }
    used += take ? count : -count;
  }
}

package dev.secmem.store.memfd;

/**
 * Ids and where their records are: an open-addressing table of primitives, 12 bytes a place, at
 * most three quarters full. Removing moves later entries up, so that no markers of deleted ones
 * pile up; a table that was much larger shrinks.
 *
 * <p>Confined to whoever holds the stripe's monitor.
 */
final class RecordTable {
  /** No such id. Never a location: granule 0 of a slab is the slab's header. */
  static final int NONE = 0;

  private static final int SMALLEST = 8;

  private long[] ids = new long[SMALLEST];
  private int[] locations = new int[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /** The bytes of the arrays. */
  long heapBytes() {
    return 2 * 16L + 12L * ids.length;
  }

  /** Where {@code id} is, {@link #NONE} if it is not known. */
  int get(long id) {
    return locations[find(id)];
  }

  /** Adds an id that is not known, or changes the location of one that is. */
  void put(long id, int location) {
    int at = find(id);
    if (locations[at] == NONE) {
      if (4 * (size + 1) > 3 * ids.length) {
        resize(2 * ids.length);
        at = find(id);
      }
      ids[at] = id;
      size++;
    }
    locations[at] = location;
  }

  /**
   * Forgets an id.
   *
   * @return where it was, {@link #NONE} if it was not known
   */
  int remove(long id) {
    int hole = find(id);
    int location = locations[hole];
    if (location == NONE) {
      return NONE;
    }
    int mask = ids.length - 1;
    for (int at = hole + 1 & mask; locations[at] != NONE; at = at + 1 & mask) {
      // An entry may fill the hole unless its search starts after the hole.
      if ((at - home(ids[at]) & mask) >= (at - hole & mask)) {
        ids[hole] = ids[at];
        locations[hole] = locations[at];
        hole = at;
      }
    }
    ids[hole] = 0;
    locations[hole] = NONE;
    size--;
    if (ids.length > SMALLEST && 8 * size < ids.length) {
      shrink();
    }
    return location;
  }

  /** Shows every id with its location. */
  void forEach(Entry entry) {
    for (int at = 0; at < ids.length; at++) {
      if (locations[at] != NONE) {
        entry.accept(ids[at], locations[at]);
      }
    }
  }

  /** Takes an entry. */
  interface Entry {
    void accept(long id, int location);
  }

  private int find(long id) {
    int mask = ids.length - 1;
    int at = home(id);
    while (locations[at] != NONE && ids[at] != id) {
      at = at + 1 & mask;
    }
    return at;
  }

  private int home(long id) {
    // The stripe is chosen by the high bits of the same hash.
    return (int) Layout.mix(id) & ids.length - 1;
  }

  private void shrink() {
    try {
      resize(ids.length / 2);
    } catch (OutOfMemoryError e) {
      // It stays as large as it is. The record must be wiped all the same: this is no time to
      // throw.
      return;
    }
  }

  private void resize(int places) {
    long[] oldIds = ids;
    int[] oldLocations = locations;
    // Both before either is stored: an OutOfMemoryError leaves the table as it was.
    long[] newIds = new long[places];
    int[] newLocations = new int[places];
    ids = newIds;
    locations = newLocations;
    for (int at = 0; at < oldIds.length; at++) {
      if (oldLocations[at] != NONE) {
        int to = find(oldIds[at]);
        ids[to] = oldIds[at];
        locations[to] = oldLocations[at];
      }
    }
  }
}

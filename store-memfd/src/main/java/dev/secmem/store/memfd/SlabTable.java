package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import java.util.Arrays;

/**
 * The slabs by number, and which of them is to be filled, kept for later or emptied.
 *
 * <p>Confined to whoever holds the pool's monitor, but for {@link #get} and {@link #size}.
 */
final class SlabTable {
  /** Gaps are null. Volatile for {@link #get}; a slab is entered before its location is known. */
  private volatile Slab[] slabs = new Slab[8];

  /** Took the latest slot: the next one is likely there too. */
  private Slab latest;

  /** The one empty slab that is kept, null if there is none. */
  private Slab spare;

  /** The slab whose records are being moved away, null if there is none. */
  private Slab draining;

  private long deletedBytes;

  /** The slab of that number, null if there is none. */
  Slab get(int number) {
    return slabs[number];
  }

  /** One more than the highest number that a slab can have now. */
  int size() {
    return slabs.length;
  }

  Slab draining() {
    return draining;
  }

  /** Enters a slab and gives it the lowest free number. */
  void add(Slab slab) throws PluginException {
    int number = 0;
    while (number < slabs.length && slabs[number] != null) {
      number++;
    }
    if (number == Layout.MOST_SLABS) {
      throw Failure.of(Reason.NO_SPACE, "there are " + number + " slabs already");
    }
    if (number == slabs.length) {
      slabs = Arrays.copyOf(slabs, 2 * number);
    }
    slab.number = number;
    slabs[number] = slab;
  }

  void remove(Slab slab) {
    slabs[slab.number] = null;
    latest = slab == latest ? null : latest;
    spare = slab == spare ? null : spare;
    draining = slab == draining ? null : draining;
  }

  /** Takes the spare slab out; null if there is none. */
  Slab removeSpare() {
    Slab slab = spare;
    if (slab != null) {
      remove(slab);
    }
    return slab;
  }

  /**
   * Takes a run of free granules where some are taken already, else from the slab that is being
   * emptied, which then stays, else from the spare one.
   *
   * @return its location, {@link RecordTable#NONE} if no slab has one
   */
  int take(int granules) {
    int location = takeBesideOthers(granules);
    if (location == RecordTable.NONE && draining != null) {
      location = takeFrom(draining, granules);
      if (location != RecordTable.NONE) {
        stopDraining();
      }
    }
    if (location == RecordTable.NONE && spare != null) {
      location = takeFrom(spare, granules);
    }
    return location;
  }

  /** Takes a run of free granules from a slab that holds records and goes on holding them. */
  int takeBesideOthers(int granules) {
    if (latest != null && latest != draining) {
      int location = takeFrom(latest, granules);
      if (location != RecordTable.NONE) {
        return location;
      }
    }
    for (Slab slab : slabs) {
      if (slab != null && slab.isShared() && slab != draining && slab != spare) {
        int location = takeFrom(slab, granules);
        if (location != RecordTable.NONE) {
          latest = slab;
          return location;
        }
      }
    }
    return RecordTable.NONE;
  }

  /** Takes a run of free granules from this slab and claims it. */
  int takeFrom(Slab slab, int granules) {
    int granule = slab.map().take(granules);
    if (granule < 0) {
      return RecordTable.NONE;
    }
    slab.claim(granule, granules);
    spare = slab == spare ? null : spare;
    return Layout.location(slab.number, granule);
  }

  /**
   * Sees what a slab is good for after a slot of it was freed: it may have become the spare one, or
   * one to be emptied.
   *
   * @return the slab, taken out of the table, if it is good for nothing; else null
   */
  Slab freed(Slab slab) {
    if (slab.isShared() && !slab.isEmpty()) {
      if (draining == null && isSparse(slab)) {
        startDraining(slab);
      }
      return null;
    }
    if (slab.isShared() && spare == null) {
      latest = slab == latest ? null : latest;
      draining = slab == draining ? null : draining;
      spare = slab;
      return null;
    }
    remove(slab);
    return slab;
  }

  /** Counts what was deleted: it makes room for what could not be moved before. */
  void deleted(int length) {
    deletedBytes += length;
  }

  /** Starts to empty some slab that is under a quarter full. */
  void drainSparse() {
    for (Slab slab : slabs) {
      if (draining == null && slab != null && slab.isShared() && isSparse(slab)) {
        startDraining(slab);
      }
    }
  }

  /**
   * Starts to empty the slab that holds least, however much that is, of those for which the others
   * have room.
   *
   * @return false if there is none
   */
  boolean drainEmptiest() {
    long room = room();
    Slab emptiest = null;
    for (Slab slab : slabs) {
      if (slab != null
          && slab.isShared()
          && !slab.isEmpty()
          && fitsElsewhere(slab, room)
          && (emptiest == null || slab.map().used() < emptiest.map().used())) {
        emptiest = slab;
      }
    }
    if (emptiest != null) {
      startDraining(emptiest);
    }
    return emptiest != null;
  }

  /** Gives up emptying, for the others have no room in one piece; deletes must come first. */
  void stopDraining() {
    draining.drainAfterBytes = deletedBytes + draining.sizeBytes() / 8;
    draining = null;
  }

  private void startDraining(Slab slab) {
    draining = slab;
    slab.drained = 0;
  }

  private boolean isSparse(Slab slab) {
    return !slab.isEmpty() && slab.map().used() < granules(slab) / 4 && fitsElsewhere(slab, room());
  }

  private boolean fitsElsewhere(Slab slab, long room) {
    int own = granules(slab) - slab.map().used();
    return deletedBytes >= slab.drainAfterBytes && slab.map().used() - 1 <= room - own;
  }

  /** The free granules of the slabs that hold records already. */
  private long room() {
    long room = 0;
    for (Slab slab : slabs) {
      if (slab != null && slab.isShared() && !slab.isEmpty()) {
        room += granules(slab) - slab.map().used();
      }
    }
    return room;
  }

  private static int granules(Slab slab) {
    return slab.sizeBytes() / Layout.GRANULE_BYTES;
  }
}

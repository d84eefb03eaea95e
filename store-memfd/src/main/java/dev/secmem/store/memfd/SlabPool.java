package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.StoreUsage;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The slabs of a store and the space in them. Its monitor is held to find or free space, never
 * while a slab is made, wiped or unmapped, or a record copied.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads; the store
 * sees to it that nothing runs when it closes.
 */
final class SlabPool {
  private final long maxBytes;
  private final int slabBytes;

  /** Held while a shared slab is made, so that many who need one make one. */
  private final Object growth = new Object();

  /** By number, with gaps; read without the monitor by who knows that its slab stays. */
  private volatile Slab[] slabs = new Slab[8];

  private long reservedBytes;
  private long records;
  private long recordBytes;

  /** The one empty slab that is kept, null if there is none. */
  private Slab spare;

  private int scans;
  private boolean closed;

  SlabPool(long maxBytes, int slabBytes) {
    this.maxBytes = maxBytes;
    this.slabBytes = slabBytes;
  }

  /** The slab of a location that the caller keeps from being freed. */
  Slab slab(int location) {
    return slabs[Layout.slabOf(location)];
  }

  /**
   * Takes and claims a slot for a record.
   *
   * @return its location
   * @throws PluginException {@code NO_SPACE}, and nothing is taken
   */
  int allocate(int length) throws PluginException {
    int granules = SizeClasses.granules(length);
    // A record of more than a quarter slab would leave gaps that little fits into.
    if (granules > slabBytes / Layout.GRANULE_BYTES / 4) {
      return allocateOwn(length);
    }
    int location = take(granules);
    if (location != RecordTable.NONE) {
      return location;
    }
    synchronized (growth) {
      location = take(granules);
      if (location != RecordTable.NONE) {
        return location;
      }
      return create(slabBytes, true, granules);
    }
  }

  /** Wipes a slot that nobody uses and frees it; gives a slab back that holds nothing else. */
  void free(int location) {
    Slab slab = slab(location);
    int granule = Layout.granuleOf(location);
    slab.wipe(granule);
    Slab empty;
    synchronized (this) {
      int granules = slab.granules(granule);
      slab.release(granule);
      if (slab.isShared()) {
        slab.map().give(granule, granules);
      }
      empty = surplus(slab);
    }
    retire(empty);
  }

  synchronized void added(int length) {
    records++;
    recordBytes += length;
  }

  synchronized void removed(int length) {
    records--;
    recordBytes -= length;
  }

  synchronized StoreUsage usage() throws PluginException {
    checkOpen();
    return new StoreUsage(records, recordBytes, reservedBytes);
  }

  synchronized void beginScan() throws PluginException {
    checkOpen();
    scans++;
  }

  synchronized void endScan() {
    scans--;
    notifyAll();
  }

  /** One more than the highest number of a slab. */
  int slabs() {
    return slabs.length;
  }

  /** The records of one slab at this moment, none if there is no slab of that number. */
  synchronized SlabRecords records(int number) throws PluginException {
    SlabRecords found = new SlabRecords();
    Slab slab = slabs[number];
    if (slab != null) {
      try {
        SlabScanner.scan(slab.readOnly(), found);
      } catch (DamagedSlabException e) {
        throw Failure.of(Reason.FAILED, e.getMessage());
      }
    }
    return found;
  }

  synchronized List<ByteBuffer> views() {
    List<ByteBuffer> views = new ArrayList<>();
    for (Slab slab : slabs) {
      if (slab != null) {
        views.add(slab.readOnly().duplicate());
      }
    }
    return views;
  }

  /** Waits for scans, then wipes and unmaps all. Nothing else runs any more. */
  synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (scans > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Slab slab : slabs) {
      if (slab != null) {
        slab.close();
      }
    }
    slabs = new Slab[0];
    spare = null;
    reservedBytes = 0;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int allocateOwn(int length) throws PluginException {
    long bytes = (long) length + Layout.RECORD_HEADER_BYTES + Layout.GRANULE_BYTES;
    bytes = (bytes + Layout.SMALLEST_SLAB_BYTES - 1) & -Layout.SMALLEST_SLAB_BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw Failure.of(Reason.NO_SPACE, "a record of " + length + " bytes is too large");
    }
    return create((int) bytes, false, (int) bytes / Layout.GRANULE_BYTES - 1);
  }

  private synchronized int take(int granules) {
    for (Slab slab : slabs) {
      if (slab != null && slab.isShared()) {
        int location = takeFrom(slab, granules);
        if (location != RecordTable.NONE) {
          return location;
        }
      }
    }
    return RecordTable.NONE;
  }

  private int takeFrom(Slab slab, int granules) {
    int granule = slab.map().take(granules);
    if (granule < 0) {
      return RecordTable.NONE;
    }
    slab.claim(granule, granules);
    if (slab == spare) {
      spare = null;
    }
    return Layout.location(slab.number, granule);
  }

  /** Makes a slab within the limit and takes its first slot. */
  private int create(int sizeBytes, boolean shared, int granules) throws PluginException {
    reserve(sizeBytes);
    Slab slab = null;
    boolean entered = false;
    try {
      slab = Slab.open(sizeBytes, shared);
      int location = enter(slab, granules);
      entered = true;
      return location;
    } catch (LinuxException e) {
      throw Failure.of(e);
    } finally {
      if (!entered) {
        if (slab != null) {
          slab.close();
        }
        unreserve(sizeBytes);
      }
    }
  }

  /** Gives a slab a number and takes its first slot before anybody else can. */
  private synchronized int enter(Slab slab, int granules) throws PluginException {
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
    if (slab.isShared()) {
      return takeFrom(slab, granules);
    }
    slab.claim(1, granules);
    return Layout.location(number, 1);
  }

  /** Takes bytes from the limit; lets the spare slab go first if that helps. */
  private void reserve(long bytes) throws PluginException {
    Slab idle = null;
    synchronized (this) {
      if (bytes > maxBytes - reservedBytes && spare != null) {
        idle = remove(spare);
        spare = null;
      }
    }
    retire(idle);
    synchronized (this) {
      if (bytes > maxBytes - reservedBytes) {
        throw Failure.of(
            Reason.NO_SPACE, "the limit of " + maxBytes + " bytes for records is reached");
      }
      reservedBytes += bytes;
    }
  }

  private synchronized void unreserve(long bytes) {
    reservedBytes -= bytes;
  }

  /** Takes a slab out of the table if it holds nothing and is not to be the one spare. */
  private Slab surplus(Slab slab) {
    if (slab.isShared() && !slab.isEmpty()) {
      return null;
    }
    if (slab.isShared() && spare == null) {
      spare = slab;
      return null;
    }
    return remove(slab);
  }

  private Slab remove(Slab slab) {
    slabs[slab.number] = null;
    return slab;
  }

  /** Wipes and unmaps a slab that is in the table no more; null is none. */
  private void retire(Slab slab) {
    if (slab != null) {
      slab.close();
      unreserve(slab.sizeBytes());
    }
  }

  private void checkOpen() throws PluginException {
    if (closed) {
      throw Failure.of(Reason.CLOSED, "the store is closed");
    }
  }
}

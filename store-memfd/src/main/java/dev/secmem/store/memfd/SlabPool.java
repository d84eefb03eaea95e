package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.StoreUsage;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
  private final SlabTable table = new SlabTable();

  /** Held while a shared slab is made, so that many who need one make one. */
  private final Object growth = new Object();

  private long reservedBytes;
  private long records;
  private long recordBytes;

  /** Scans and moves exclude each other, or a scan could show a record twice, or not at all. */
  private int scans;

  private boolean moving;
  private boolean closed;

  SlabPool(long maxBytes, int slabBytes) {
    this.maxBytes = maxBytes;
    this.slabBytes = slabBytes;
  }

  /** A record to be moved, and the slot that was claimed for it. */
  record Move(long id, int from, int to, int granules) {}

  /** The slab of a location that the caller keeps from being freed. */
  Slab slab(int location) {
    return table.get(Layout.slabOf(location));
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
      return location == RecordTable.NONE ? create(slabBytes, true, granules) : location;
    }
  }

  /** Whether a record of that length could be in this store at all. */
  boolean isPossible(int length) {
    return length < maxBytes;
  }

  /** Wipes a slot that nobody uses and frees it; gives a slab back that holds nothing else. */
  void free(int location) {
    Slab slab = slab(location);
    int granule = Layout.granuleOf(location);
    slab.wipe(granule);
    Slab useless;
    synchronized (this) {
      int granules = slab.granules(granule);
      slab.release(granule);
      if (slab.isShared()) {
        slab.map().give(granule, granules);
      }
      useless = table.freed(slab);
    }
    retire(useless);
  }

  synchronized void added(int length) {
    records++;
    recordBytes += length;
  }

  synchronized void removed(int length) {
    records--;
    recordBytes -= length;
    table.deleted(length);
  }

  synchronized StoreUsage usage() throws PluginException {
    checkOpen();
    return new StoreUsage(records, recordBytes, reservedBytes);
  }

  /** Keeps records where they are until {@link #endScan}. */
  synchronized void beginScan() throws PluginException {
    checkOpen();
    scans++;
    Uninterruptibly.await(this, () -> !moving);
  }

  synchronized void endScan() {
    scans--;
    notifyAll();
  }

  /** One more than the highest number of a slab. */
  int slabs() {
    return table.size();
  }

  /** The records of one slab at this moment, none if there is no slab of that number. */
  synchronized SlabRecords records(int number) throws PluginException {
    SlabRecords found = new SlabRecords();
    Slab slab = table.get(number);
    if (slab != null) {
      try {
        SlabScanner.scan(slab.readOnly(), found);
      } catch (DamagedSlabException e) {
        throw Failure.of(Reason.FAILED, e.getMessage());
      }
    }
    return found;
  }

  /** All slabs, read-only; null where a number is free. */
  synchronized List<ByteBuffer> views() {
    List<ByteBuffer> views = new ArrayList<>();
    for (int number = 0; number < table.size(); number++) {
      Slab slab = table.get(number);
      views.add(slab == null ? null : slab.readOnly().duplicate());
    }
    return views;
  }

  /**
   * Chooses the next record of the slab that is being emptied, and claims a slot elsewhere.
   *
   * @param patiently whether to wait while another record is moved
   * @return null if there is nothing to move, or it cannot be moved now; else {@link #endMove} must
   *     follow
   */
  synchronized Move beginMove(boolean patiently) {
    if (table.draining() == null || scans > 0 || (moving && !patiently)) {
      return null;
    }
    Uninterruptibly.await(this, () -> !moving);
    if (table.draining() == null || scans > 0) {
      return null;
    }
    Slab slab = table.draining();
    int granule = slab.nextCommitted();
    if (granule < 0) {
      return null; // What is left is being read, written or deleted just now: next time.
    }
    int granules = slab.granules(granule);
    int to = table.takeBesideOthers(granules);
    if (to == RecordTable.NONE) {
      table.stopDraining();
      return null;
    }
    moving = true;
    return new Move(slab.id(granule), Layout.location(slab.number, granule), to, granules);
  }

  synchronized void endMove() {
    moving = false;
    if (table.draining() == null) {
      table.drainSparse();
    }
    notifyAll();
  }

  /** Starts to empty the slab that holds least; null if the others have no room for it. */
  synchronized Slab drainEmptiest() {
    return table.drainEmptiest() ? table.draining() : null;
  }

  synchronized boolean isDraining(Slab slab) {
    return table.draining() == slab;
  }

  /** Waits for scans, then wipes and unmaps all. Nothing else runs any more. */
  synchronized void close() {
    closed = true;
    Uninterruptibly.await(this, () -> scans == 0);
    for (int number = 0; number < table.size(); number++) {
      Slab slab = table.get(number);
      if (slab != null) {
        table.remove(slab);
        slab.close();
      }
    }
    reservedBytes = 0;
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
    return table.take(granules);
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

  /** Enters a slab and takes its first slot before anybody else can. */
  private synchronized int enter(Slab slab, int granules) throws PluginException {
    table.add(slab);
    if (slab.isShared()) {
      return table.takeFrom(slab, granules);
    }
    slab.claim(1, granules);
    return Layout.location(slab.number, 1);
  }

  /** Takes bytes from the limit; lets the spare slab go first if that helps. */
  private void reserve(long bytes) throws PluginException {
    Slab idle = null;
    synchronized (this) {
      if (bytes > maxBytes - reservedBytes) {
        idle = table.removeSpare();
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

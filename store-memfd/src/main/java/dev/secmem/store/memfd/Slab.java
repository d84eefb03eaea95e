package dev.secmem.store.memfd;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;

/**
 * One slab: its memory, and the writes that keep it well-formed at every moment (see {@link
 * Layout}).
 *
 * <p>{@link #claim}, {@link #release}, {@link #nextCommitted} and the slot map belong to whoever
 * holds the pool's monitor; the other methods to whoever owns the slot or keeps its record from
 * being deleted.
 */
final class Slab {
  private final NativeMemory memory;
  private final ByteBuffer bytes;
  private final ByteBuffer readOnly;
  private final SlotMap map;

  /** The slab's place in the pool's table; the pool sets it before others see the slab. */
  int number;

  /** How far {@link #nextCommitted} has come. */
  int drained;

  /** Emptying it in vain is not tried again before so much was deleted in all slabs together. */
  long drainAfterBytes;

  private Slab(NativeMemory memory, boolean shared) {
    this.memory = memory;
    this.bytes = memory.buffer();
    this.readOnly = bytes.asReadOnlyBuffer();
    int granules = bytes.capacity() / Layout.GRANULE_BYTES;
    this.map = shared ? new SlotMap(granules) : null;
    bytes
        .putLong(0, Layout.MAGIC)
        .putInt(8, Layout.VERSION)
        .putInt(12, Layout.GRANULE_BYTES)
        .putLong(16, bytes.capacity())
        .putLong(24, Layout.slabCheck(bytes.capacity()));
    if (shared) {
      map.takeAt(0, 1);
    }
  }

  /**
   * Makes an empty slab.
   *
   * @param shared whether it takes many records; otherwise one, which begins at granule 1
   */
  static Slab open(int sizeBytes, boolean shared) throws LinuxException {
    NativeMemory memory = SlabMemory.open(sizeBytes);
    try {
      return new Slab(memory, shared);
    } catch (OutOfMemoryError e) {
      memory.close();
      throw e;
    }
  }

  int sizeBytes() {
    return bytes.capacity();
  }

  boolean isShared() {
    return map != null;
  }

  /** Taken granules and where they are; null if the slab holds one record of its own. */
  SlotMap map() {
    return map;
  }

  boolean isEmpty() {
    return map != null && map.used() == 1;
  }

  /** All of it, read-only, for scans. */
  ByteBuffer readOnly() {
    return readOnly;
  }

  /** Marks free granules as a slot whose content means nothing yet. */
  void claim(int granule, int granules) {
    Layout.setState(bytes, offset(granule), Layout.state(Layout.CLAIMED, granules));
  }

  /** Fills a claimed slot with all that remains of a buffer; it stays uncommitted. */
  void write(int granule, long id, long deadlineNanos, ByteBuffer sealed) {
    int at = offset(granule);
    int granules = granules(granule);
    int length = sealed.remaining();
    bytes.putLong(at + 8, id).putLong(at + 16, deadlineNanos).putInt(at + 24, length);
    bytes.putInt(at + 28, Layout.check(id, deadlineNanos, length, granules));
    bytes.slice(at + Layout.RECORD_HEADER_BYTES, length).put(sealed);
  }

  /**
   * Declares a filled slot to be a record: all that was written before is seen by who sees this.
   */
  void commit(int granule) {
    mark(granule, Layout.COMMITTED);
  }

  /** Fills a claimed slot with a record of another slab, from a slot of the same size. */
  void copy(int granule, Slab other, int from) {
    int sizeBytes = granules(granule) * Layout.GRANULE_BYTES - 8;
    bytes.put(offset(granule) + 8, other.readOnly, offset(from) + 8, sizeBytes);
  }

  /** The id in a filled slot. */
  long id(int granule) {
    return bytes.getLong(offset(granule) + 8);
  }

  /**
   * The next committed slot after the one that was given before.
   *
   * @return -1 if there is none, and then it begins again
   */
  int nextCommitted() {
    int end = bytes.capacity() / Layout.GRANULE_BYTES;
    int granule = map.nextTaken(Math.max(1, drained), end);
    while (granule < end) {
      int granules = granules(granule);
      drained = granule + granules;
      if (Layout.getState(bytes, offset(granule)) == Layout.state(Layout.COMMITTED, granules)) {
        return granule;
      }
      granule = map.nextTaken(drained, end);
    }
    drained = 0;
    return -1;
  }

  /** Takes a commit back; what readers were lent stays as it is. */
  void retract(int granule) {
    mark(granule, Layout.CLAIMED);
  }

  /** The sealed bytes of a filled slot, read-only. */
  ByteBuffer view(int granule) {
    return readOnly.slice(offset(granule) + Layout.RECORD_HEADER_BYTES, length(granule));
  }

  int length(int granule) {
    return bytes.getInt(offset(granule) + 24);
  }

  /** The size of a slot, from its state word. */
  int granules(int granule) {
    return (int) Layout.getState(bytes, offset(granule));
  }

  /** Wipes an uncommitted slot but for its state word: it is as if just claimed. */
  void wipe(int granule) {
    int sizeBytes = granules(granule) * Layout.GRANULE_BYTES;
    NativeMemory.wipe(bytes.slice(offset(granule) + 8, sizeBytes - 8));
  }

  /** Turns a wiped slot into free granules. */
  void release(int granule) {
    Layout.setState(bytes, offset(granule), 0);
  }

  /** Wipes and unmaps it; nobody may use it any more. */
  void close() {
    memory.close();
  }

  private void mark(int granule, int mark) {
    Layout.setState(bytes, offset(granule), Layout.state(mark, granules(granule)));
  }

  private static int offset(int granule) {
    return granule * Layout.GRANULE_BYTES;
  }
}

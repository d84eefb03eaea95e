package dev.secmem.store.memfd;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks a slab by its bytes alone. Trusts none of them: what does not hold together ends the walk
 * with an exception, after at most one step for each granule and never outside the slab.
 *
 * <p>Slots may be committed, and commits be taken back, during the walk; slots must not be claimed
 * or released (the pool's monitor keeps that off).
 */
final class SlabScanner {
  private SlabScanner() {}

  /** Takes a committed record's header. */
  interface Visitor {
    void visit(int granule, long id, long deadlineNanos, int length) throws DamagedSlabException;
  }

  /**
   * Shows every committed record once.
   *
   * @param slab all of it, from index 0 to its capacity; position and limit do not matter
   */
  static void scan(ByteBuffer slab, Visitor visitor) throws DamagedSlabException {
    ByteBuffer bytes = slab.duplicate().clear().order(ByteOrder.nativeOrder());
    checkHeader(bytes);
    int end = bytes.capacity() / Layout.GRANULE_BYTES;
    for (int granule = 1; granule < end; ) {
      int at = granule * Layout.GRANULE_BYTES;
      long state = Layout.getState(bytes, at);
      if (state == 0) {
        granule++;
        continue;
      }
      int granules = (int) state;
      int mark = (int) (state >>> 32);
      if (granules < 1 || granules > end - granule) {
        throw damaged(granule, "a slot of " + granules + " granules");
      }
      if (mark == Layout.COMMITTED) {
        record(bytes, granule, granules, visitor);
      } else if (mark != Layout.CLAIMED) {
        throw damaged(granule, "an unknown mark");
      }
      granule += granules;
    }
  }

  private static void record(ByteBuffer bytes, int granule, int granules, Visitor visitor)
      throws DamagedSlabException {
    int at = granule * Layout.GRANULE_BYTES;
    long id = bytes.getLong(at + 8);
    long deadlineNanos = bytes.getLong(at + 16);
    int length = bytes.getInt(at + 24);
    int check = bytes.getInt(at + 28);
    VarHandle.loadLoadFence();
    if (Layout.getState(bytes, at) == Layout.state(Layout.CLAIMED, granules)) {
      return; // Deleted meanwhile: what was read may be half wiped.
    }
    long room = (long) granules * Layout.GRANULE_BYTES - Layout.RECORD_HEADER_BYTES;
    if (id == 0 || length < 1 || length > room) {
      throw damaged(granule, "a record of " + length + " bytes in a slot for " + room);
    }
    if (check != Layout.check(id, deadlineNanos, length, granules)) {
      throw damaged(granule, "a record header that fails its check");
    }
    visitor.visit(granule, id, deadlineNanos, length);
  }

  private static void checkHeader(ByteBuffer bytes) throws DamagedSlabException {
    if (bytes.capacity() < Layout.GRANULE_BYTES || bytes.getLong(0) != Layout.MAGIC) {
      throw new DamagedSlabException("not a slab");
    }
    if (bytes.getInt(8) != Layout.VERSION || bytes.getInt(12) != Layout.GRANULE_BYTES) {
      throw new DamagedSlabException("a slab of another format version: " + bytes.getInt(8));
    }
    if (bytes.getLong(16) != bytes.capacity()
        || bytes.getLong(24) != Layout.slabCheck(bytes.capacity())) {
      throw new DamagedSlabException("a slab header that fails its check");
    }
  }

  private static DamagedSlabException damaged(int granule, String what) {
    return new DamagedSlabException("damaged slab: " + what + " at granule " + granule);
  }
}

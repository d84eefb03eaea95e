package dev.secmem.store.memfd;

import dev.secmem.linux.NativeMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How the bytes of a slab are laid out, in native byte order.
 *
 * <pre>
 *   slab    = slab header (1 granule), then slots and free granules
 *   granule = 64 bytes; a free one begins with a zero word
 *   header  = magic 8, format version 4, granule size 4, slab size 8, check 8, zeroes
 *   slot    = state word 8, id 8, deadline 8, length 4, check 4, the sealed bytes, zeroes
 *   state   = mark 32 (CLAIMED or COMMITTED), size of the slot in granules 32
 * </pre>
 *
 * <p>A slot is claimed before anything is written into it, so that a walk steps over what it holds;
 * its state word turns to COMMITTED last, with release order. The sealed bytes may look like
 * anything, a header too: a walk never looks into a slot.
 */
final class Layout {
  static final int GRANULE_BYTES = 64;
  static final int RECORD_HEADER_BYTES = 32;
  static final long MAGIC = 0x5345434d534c4142L;
  static final int VERSION = 1;

  static final int CLAIMED = 0x434c414d;
  static final int COMMITTED = 0x434f4d54;

  /** What a slab is when there is room for many. */
  static final int SLAB_BYTES = 1 << 20;

  static final int SMALLEST_SLAB_BYTES = NativeMemory.PAGE_BYTES;

  /** A location is an int: the slab's number and, in the low bits, the slot's first granule. */
  static final int GRANULE_BITS = 14;

  static final int MOST_SLABS = 1 << (31 - GRANULE_BITS);

  private static final VarHandle WORDS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private Layout() {}

  /** The slab size for a store: its limit should hold several, so that sizes can mix. */
  static int slabBytes(long maxBytes) {
    long eighth = Long.highestOneBit(Math.max(1, maxBytes / 8));
    return (int) Math.max(SMALLEST_SLAB_BYTES, Math.min(SLAB_BYTES, eighth));
  }

  static int location(int slab, int granule) {
    return slab << GRANULE_BITS | granule;
  }

  static int slabOf(int location) {
    return location >>> GRANULE_BITS;
  }

  static int granuleOf(int location) {
    return location & (1 << GRANULE_BITS) - 1;
  }

  static long state(int mark, int granules) {
    return (long) mark << 32 | granules;
  }

  static long getState(ByteBuffer slab, int offset) {
    return (long) WORDS.getAcquire(slab, offset);
  }

  static void setState(ByteBuffer slab, int offset, long state) {
    WORDS.setRelease(slab, offset, state);
  }

  /** Tells a header that was damaged from a whole one; no protection against a forger. */
  static int check(long id, long deadlineNanos, int length, int granules) {
    return (int) (mix(id ^ mix(deadlineNanos ^ mix((long) length << 32 | granules))) >>> 32);
  }

  static long slabCheck(long slabBytes) {
    return mix(MAGIC ^ mix(slabBytes ^ VERSION));
  }

  /** Spreads every bit of {@code x} over the whole word (the finalizer of splitmix64). */
  static long mix(long x) {
    long z = x + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}

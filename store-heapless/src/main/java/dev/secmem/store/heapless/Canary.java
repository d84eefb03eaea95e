package dev.secmem.store.heapless;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Random bytes beside a secret, by which a write past its ends is noticed. The word comes from a
 * random number of this process and the memory's address: no two mappings share it.
 */
final class Canary {
  static final int BYTES = Long.BYTES;

  private static final long SEED = seed();

  private Canary() {}

  /** The word for the memory at an address. */
  static long word(long address) {
    long z = SEED + address * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** Fills a part of {@code memory}, which is in native byte order. */
  static void write(ByteBuffer memory, int from, int to, long word) {
    int at = from;
    for (; at <= to - BYTES; at += BYTES) {
      memory.putLong(at, word);
    }
    for (; at < to; at++) {
      memory.put(at, (byte) (word >>> (8 * (at & 7))));
    }
  }

  /**
   * What differs from what {@link #write} left, in time that does not depend on where.
   *
   * @return 0 for nothing
   */
  static long difference(ByteBuffer memory, int from, int to, long word) {
    long difference = 0;
    int at = from;
    for (; at <= to - BYTES; at += BYTES) {
      difference |= memory.getLong(at) ^ word;
    }
    for (; at < to; at++) {
      difference |= memory.get(at) ^ (byte) (word >>> (8 * (at & 7)));
    }
    return difference;
  }

  private static long seed() {
    ByteBuffer seed = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    try {
      SecureRandomBytes.fill(seed);
    } catch (LinuxException e) {
      throw new IllegalStateException("the kernel gives no random bytes", e);
    }
    return seed.getLong(0);
  }
}

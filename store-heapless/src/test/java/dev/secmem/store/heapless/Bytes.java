package dev.secmem.store.heapless;

import java.util.Random;

/** Test content. */
final class Bytes {
  private Bytes() {}

  /** Bytes that depend on the seed only; never all zero. */
  static byte[] pattern(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    if (length > 0) {
      bytes[0] |= 1;
    }
    return bytes;
  }
}

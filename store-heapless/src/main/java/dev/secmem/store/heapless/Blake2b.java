package dev.secmem.store.heapless;

import java.nio.ByteBuffer;

/**
 * BLAKE2b with a 32-byte result of a 32-byte message (RFC 7693). Written here because every word
 * stays in a local variable: a hash of the platform works on arrays on the heap.
 */
final class Blake2b {
  static final int BYTES = 32;

  /** Digest length, no key, fan-out and depth 1. */
  private static final long PARAMETERS = 0x01010000L ^ BYTES;

  private static final long IV0 = 0x6a09e667f3bcc908L;
  private static final long IV1 = 0xbb67ae8584caa73bL;
  private static final long IV2 = 0x3c6ef372fe94f82bL;
  private static final long IV3 = 0xa54ff53a5f1d36f1L;
  private static final long IV4 = 0x510e527fade682d1L;
  private static final long IV5 = 0x9b05688c2b3e6c1fL;
  private static final long IV6 = 0x1f83d9abfb41bd6bL;
  private static final long IV7 = 0x5be0cd19137e2179L;

  /**
   * Where in the message each step finds its word, in bytes: the RFC's table, but for the words
   * after the message's own four. These are zero, and one zero at 32 stands for all of them.
   */
  private static final byte[][] ORDER = {
    {0, 8, 16, 24, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32},
    {32, 32, 32, 32, 32, 32, 32, 32, 8, 32, 0, 16, 32, 32, 32, 24},
    {32, 32, 32, 0, 32, 16, 32, 32, 32, 32, 24, 32, 32, 8, 32, 32},
    {32, 32, 24, 8, 32, 32, 32, 32, 16, 32, 32, 32, 32, 0, 32, 32},
    {32, 0, 32, 32, 16, 32, 32, 32, 32, 8, 32, 32, 32, 32, 24, 32},
    {16, 32, 32, 32, 0, 32, 32, 24, 32, 32, 32, 32, 32, 32, 8, 32},
    {32, 32, 8, 32, 32, 32, 32, 32, 0, 32, 32, 24, 32, 16, 32, 32},
    {32, 32, 32, 32, 32, 8, 24, 32, 32, 0, 32, 32, 32, 32, 16, 32},
    {32, 32, 32, 32, 32, 24, 0, 32, 32, 16, 32, 32, 8, 32, 32, 32},
    {32, 16, 32, 32, 32, 32, 8, 32, 32, 32, 32, 32, 24, 32, 32, 0},
    {0, 8, 16, 24, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32},
    {32, 32, 32, 32, 32, 32, 32, 32, 8, 32, 0, 16, 32, 32, 32, 24}
  };

  private Blake2b() {}

  /**
   * Hashes the first 32 bytes of {@code message}, of which the next 8 must be zeroes, and writes
   * {@code mask xor hash} to {@code result}: little-endian buffers all three, from index 0 on;
   * result may be one of the others.
   */
  static void hashXor(ByteBuffer message, ByteBuffer mask, ByteBuffer result) {
    long v0 = IV0 ^ PARAMETERS;
    long v1 = IV1;
    long v2 = IV2;
    long v3 = IV3;
    long v4 = IV4;
    long v5 = IV5;
    long v6 = IV6;
    long v7 = IV7;
    long v8 = IV0;
    long v9 = IV1;
    long v10 = IV2;
    long v11 = IV3;
    long v12 = IV4 ^ BYTES; // how many bytes came so far
    long v13 = IV5;
    long v14 = ~IV6; // the last block
    long v15 = IV7;
    for (byte[] order : ORDER) {
      // Eight times the function G of the RFC, in line: no method could return four words.
      v0 += v4 + message.getLong(order[0]);
      v12 = Long.rotateRight(v12 ^ v0, 32);
      v8 += v12;
      v4 = Long.rotateRight(v4 ^ v8, 24);
      v0 += v4 + message.getLong(order[1]);
      v12 = Long.rotateRight(v12 ^ v0, 16);
      v8 += v12;
      v4 = Long.rotateRight(v4 ^ v8, 63);
      v1 += v5 + message.getLong(order[2]);
      v13 = Long.rotateRight(v13 ^ v1, 32);
      v9 += v13;
      v5 = Long.rotateRight(v5 ^ v9, 24);
      v1 += v5 + message.getLong(order[3]);
      v13 = Long.rotateRight(v13 ^ v1, 16);
      v9 += v13;
      v5 = Long.rotateRight(v5 ^ v9, 63);
      v2 += v6 + message.getLong(order[4]);
      v14 = Long.rotateRight(v14 ^ v2, 32);
      v10 += v14;
      v6 = Long.rotateRight(v6 ^ v10, 24);
      v2 += v6 + message.getLong(order[5]);
      v14 = Long.rotateRight(v14 ^ v2, 16);
      v10 += v14;
      v6 = Long.rotateRight(v6 ^ v10, 63);
      v3 += v7 + message.getLong(order[6]);
      v15 = Long.rotateRight(v15 ^ v3, 32);
      v11 += v15;
      v7 = Long.rotateRight(v7 ^ v11, 24);
      v3 += v7 + message.getLong(order[7]);
      v15 = Long.rotateRight(v15 ^ v3, 16);
      v11 += v15;
      v7 = Long.rotateRight(v7 ^ v11, 63);
      v0 += v5 + message.getLong(order[8]);
      v15 = Long.rotateRight(v15 ^ v0, 32);
      v10 += v15;
      v5 = Long.rotateRight(v5 ^ v10, 24);
      v0 += v5 + message.getLong(order[9]);
      v15 = Long.rotateRight(v15 ^ v0, 16);
      v10 += v15;
      v5 = Long.rotateRight(v5 ^ v10, 63);
      v1 += v6 + message.getLong(order[10]);
      v12 = Long.rotateRight(v12 ^ v1, 32);
      v11 += v12;
      v6 = Long.rotateRight(v6 ^ v11, 24);
      v1 += v6 + message.getLong(order[11]);
      v12 = Long.rotateRight(v12 ^ v1, 16);
      v11 += v12;
      v6 = Long.rotateRight(v6 ^ v11, 63);
      v2 += v7 + message.getLong(order[12]);
      v13 = Long.rotateRight(v13 ^ v2, 32);
      v8 += v13;
      v7 = Long.rotateRight(v7 ^ v8, 24);
      v2 += v7 + message.getLong(order[13]);
      v13 = Long.rotateRight(v13 ^ v2, 16);
      v8 += v13;
      v7 = Long.rotateRight(v7 ^ v8, 63);
      v3 += v4 + message.getLong(order[14]);
      v14 = Long.rotateRight(v14 ^ v3, 32);
      v9 += v14;
      v4 = Long.rotateRight(v4 ^ v9, 24);
      v3 += v4 + message.getLong(order[15]);
      v14 = Long.rotateRight(v14 ^ v3, 16);
      v9 += v14;
      v4 = Long.rotateRight(v4 ^ v9, 63);
    }
    result.putLong(0, mask.getLong(0) ^ IV0 ^ PARAMETERS ^ v0 ^ v8);
    result.putLong(8, mask.getLong(8) ^ IV1 ^ v1 ^ v9);
    result.putLong(16, mask.getLong(16) ^ IV2 ^ v2 ^ v10);
    result.putLong(24, mask.getLong(24) ^ IV3 ^ v3 ^ v11);
  }
}

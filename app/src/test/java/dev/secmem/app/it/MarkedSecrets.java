package dev.secmem.app.it;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Secrets each 16-byte block of which can be told from any other bytes by itself, so that a scan
 * needs no list of them. Every other secret looks random: the second half of a block is a function
 * of the first. The others carry one mark and numbers, so that even half a block is found.
 */
final class MarkedSecrets {
  static final int BLOCK_BYTES = 16;
  static final int SMALLEST_BYTES = 32;
  static final int LARGEST_BYTES = 64 * 1024;

  /** Eight bytes: what fits into one register. */
  static final String HALF = "half a marked block";

  private final long mark;
  private final long key;

  MarkedSecrets(long seed) {
    mark = mix(seed);
    key = mix(mark);
  }

  /** A size for a secret: small ones are as many as large ones. */
  static int sizeBytes(int number) {
    double share = Math.floorMod(number * 7919L, 1000) / 999.0;
    double size = SMALLEST_BYTES * Math.pow((double) LARGEST_BYTES / SMALLEST_BYTES, share);
    return (int) Math.round(size);
  }

  /** The value of a secret. */
  byte[] value(int number, int sizeBytes) {
    int blocks = (sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    ByteBuffer value = ByteBuffer.allocate(blocks * BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < blocks; i++) {
      long name = (long) number << 32 | i;
      if (number % 2 == 0) {
        value.putLong(mark).putLong(name);
      } else {
        long first = mix(name ^ key);
        value.putLong(first).putLong(second(first));
      }
    }
    return java.util.Arrays.copyOf(value.array(), sizeBytes);
  }

  byte[] value(int number) {
    return value(number, sizeBytes(number));
  }

  /** Which kind of block these 16 bytes are, as two little-endian words; null: none of ours. */
  String whose(long first, long second) {
    if (first == mark) {
      boolean whole = second >= 0 && (int) second >= 0 && (int) second < LARGEST_BYTES;
      return whole ? "a marked block" : HALF;
    }
    return second == second(first) ? "a random block" : null;
  }

  private long second(long first) {
    return mix(first + key);
  }

  /** The end of the generator splitmix64: a permutation. */
  private static long mix(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}

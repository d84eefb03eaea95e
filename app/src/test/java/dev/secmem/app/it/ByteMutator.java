package dev.secmem.app.it;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes on their way to an agent. Confined. */
final class ByteMutator {
  private final Random random;

  ByteMutator(Random random) {
    this.random = random;
  }

  /** Bytes of any kind: all values, printable ones, or one value many times. */
  byte[] anyBytes() {
    byte[] bytes = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 9000 : 300)];
    switch (random.nextInt(3)) {
      case 0 -> random.nextBytes(bytes);
      case 1 -> {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (random.nextInt(40) == 0 ? '\n' : 0x20 + random.nextInt(95));
        }
      }
      default -> Arrays.fill(bytes, (byte) random.nextInt(256));
    }
    return bytes;
  }

  /** A few changes to bytes that were well formed. */
  byte[] mutate(byte[] original) {
    byte[] bytes = original;
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      bytes = change(bytes);
    }
    return bytes;
  }

  private byte[] change(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    int to = at + random.nextInt(bytes.length - at) + 1;
    byte[] changed = bytes.clone();
    switch (random.nextInt(9)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt(256);
      case 2 -> changed[at] = 0;
      case 3 -> changed[at] = (byte) (0x80 | random.nextInt(128));
      case 4 -> changed = Arrays.copyOf(bytes, at);
      case 5 -> changed = splice(bytes, at, bytes, at, to);
      case 6 -> changed = splice(bytes, at, new byte[0], 0, 0, to);
      case 7 -> changed = splice(bytes, at, filled(4000 + random.nextInt(200)), 0, 4000);
      default -> changed = splice(bytes, at, new byte[] {'\r', '\n'}, random.nextInt(2), 2);
    }
    return changed;
  }

  private byte[] filled(int length) {
    byte[] filling = new byte[length];
    Arrays.fill(filling, (byte) ('a' + random.nextInt(26)));
    return filling;
  }

  private static byte[] splice(byte[] bytes, int at, byte[] more, int from, int to) {
    return splice(bytes, at, more, from, to, at);
  }

  /** Bytes up to {@code at}, a piece of others, and the rest from {@code on}. */
  private static byte[] splice(byte[] bytes, int at, byte[] more, int from, int to, int on) {
    byte[] spliced = new byte[at + to - from + bytes.length - on];
    System.arraycopy(bytes, 0, spliced, 0, at);
    System.arraycopy(more, from, spliced, at, to - from);
    System.arraycopy(bytes, on, spliced, at + to - from, bytes.length - on);
    return spliced;
  }
}

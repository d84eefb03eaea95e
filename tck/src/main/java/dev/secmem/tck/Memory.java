package dev.secmem.tck;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks for bytes in memory that a plugin shows. */
final class Memory {
  private static final int PIECE_BYTES = 8;

  private Memory() {}

  /** Whether any 8-byte piece of {@code pattern} is anywhere in {@code memory}. */
  static boolean contains(List<ByteBuffer> memory, byte[] pattern) {
    Set<Long> pieces = new HashSet<>();
    ByteBuffer whole = ByteBuffer.wrap(pattern);
    while (whole.remaining() >= PIECE_BYTES) {
      pieces.add(whole.getLong());
    }
    for (ByteBuffer view : memory) {
      ByteBuffer bytes = view.duplicate();
      for (int at = 0; at + PIECE_BYTES <= bytes.limit(); at++) {
        if (pieces.contains(bytes.getLong(at))) {
          return true;
        }
      }
    }
    return false;
  }
}

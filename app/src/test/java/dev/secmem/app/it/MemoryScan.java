package dev.secmem.app.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for bytes in every readable mapping of a process, at every byte offset, as root can:
 * through /proc/PID/mem.
 */
final class MemoryScan {
  /** A longer pattern is looked for piece by piece, so that a part of it is found, too. */
  static final int PIECE_BYTES = 16;

  private static final int CHUNK_BYTES = 1 << 20;

  private record Pattern(String label, byte[] bytes) {}

  /** By the first 8 bytes. */
  private final Map<Long, List<Pattern>> patterns = new HashMap<>();

  private final long[] filter = new long[1 << 10];

  /** Looks for a text as a whole. */
  MemoryScan text(String label, String text) {
    add(label, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Looks for each whole piece of some bytes, and for the same with the bytes of words swapped. */
  MemoryScan secret(String label, byte[] secret) {
    for (int from = 0; from + PIECE_BYTES <= secret.length; from += PIECE_BYTES) {
      byte[] piece = java.util.Arrays.copyOfRange(secret, from, from + PIECE_BYTES);
      add(label + " from byte " + from, piece);
      add(label + " from byte " + from + ", 4-byte words swapped", swapped(piece, 4));
      add(label + " from byte " + from + ", 8-byte words swapped", swapped(piece, 8));
      add(label + " from byte " + from + ", all swapped", swapped(piece, 16));
    }
    return this;
  }

  private static byte[] swapped(byte[] piece, int wordBytes) {
    byte[] swapped = new byte[piece.length];
    for (int i = 0; i < piece.length; i++) {
      swapped[i] = piece[i / wordBytes * wordBytes + wordBytes - 1 - i % wordBytes];
    }
    return swapped;
  }

  private void add(String label, byte[] bytes) {
    if (bytes.length < Long.BYTES) {
      throw new IllegalArgumentException("too short to mean anything: " + label);
    }
    long first = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    patterns.computeIfAbsent(first, key -> new ArrayList<>()).add(new Pattern(label, bytes));
    int bit = bit(first);
    filter[bit >>> 6] |= 1L << bit;
  }

  private static int bit(long first) {
    return (int) ((first * 0x9E3779B97F4A7C15L) >>> 48);
  }

  /** How often each pattern occurs; those that do not are left out. */
  Map<String, Integer> of(long pid) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Programs.lines(Path.of("/proc/" + pid + "/maps"))) {
        String[] range = line.split(" ")[0].split("-");
        if (line.split(" ")[1].startsWith("r") && !line.contains("[v")) {
          scan(
              memory,
              Long.parseUnsignedLong(range[0], 16),
              Long.parseUnsignedLong(range[1], 16),
              found);
        }
      }
    }
    return found;
  }

  private void scan(RandomAccessFile memory, long from, long to, Map<String, Integer> found) {
    byte[] chunk = new byte[CHUNK_BYTES + 256];
    for (long at = from; at < to; at += CHUNK_BYTES) {
      int length = (int) Math.min(chunk.length, to - at);
      try {
        memory.seek(at);
        memory.readFully(chunk, 0, length);
      } catch (IOException e) {
        continue; // memfd_secret and pages that were never touched: nobody can read them
      }
      scan(chunk, length, (int) Math.min(CHUNK_BYTES, to - at), found);
    }
  }

  private void scan(byte[] chunk, int length, int starts, Map<String, Integer> found) {
    long window = 0;
    for (int i = 0; i < Long.BYTES - 1 && i < length; i++) {
      window = window >>> 8 | (long) chunk[i] << 56;
    }
    for (int i = 0; i < starts && i + Long.BYTES <= length; i++) {
      window = window >>> 8 | (long) chunk[i + Long.BYTES - 1] << 56;
      int bit = bit(window);
      if ((filter[bit >>> 6] & 1L << bit) == 0 || !patterns.containsKey(window)) {
        continue;
      }
      for (Pattern pattern : patterns.get(window)) {
        byte[] bytes = pattern.bytes();
        if (i + bytes.length <= length
            && java.util.Arrays.equals(chunk, i, i + bytes.length, bytes, 0, bytes.length)) {
          found.merge(pattern.label(), 1, Integer::sum);
        }
      }
    }
  }
}

package dev.secmem.app.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for bytes in every mapping of a process, at every byte offset, as root can: through
 * /proc/PID/mem, which also gives out what the process itself may not read.
 */
final class MemoryScan {
  /** A longer pattern is looked for piece by piece, so that a part of it is found, too. */
  static final int PIECE_BYTES = 16;

  /** How far a pattern may reach over the end of a chunk. */
  private static final int OVERLAP_BYTES = 256;

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PAGE_BYTES = 4096;

  private static final byte[] ZEROES = new byte[CHUNK_BYTES + OVERLAP_BYTES];

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * Where something was found.
   *
   * @param at the address in the process, or the offset in the file
   */
  record Hit(String label, long at) {}

  private record Pattern(String label, byte[] bytes) {}

  /** By the first 8 bytes. */
  private final Map<Long, List<Pattern>> patterns = new HashMap<>();

  private final long[] filter = new long[1 << 10];
  private MarkedSecrets secrets;

  /** Pages of the last scan that could not be read, by their address. */
  private final List<Long> unread = new ArrayList<>();

  /** Looks for a text as a whole. */
  MemoryScan text(String label, String text) {
    add(label, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Looks for each whole piece of some bytes, and for the same with the bytes of words swapped. */
  MemoryScan secret(String label, byte[] secret) {
    for (int from = 0; from + PIECE_BYTES <= secret.length; from += PIECE_BYTES) {
      byte[] piece = Arrays.copyOfRange(secret, from, from + PIECE_BYTES);
      add(label + " from byte " + from, piece);
      add(label + " from byte " + from + ", 4-byte words swapped", swapped(piece, 4));
      add(label + " from byte " + from + ", 8-byte words swapped", swapped(piece, 8));
      add(label + " from byte " + from + ", all swapped", swapped(piece, 16));
    }
    return this;
  }

  /** Looks for an AES-256 key, its expanded schedules, and the key of GCM's hash. */
  MemoryScan aesKey(String label, byte[] key) {
    secret(label, key);
    secret("schedule of " + label, AesSchedule.encryption(key));
    secret("schedule for decryption of " + label, AesSchedule.decryption(key));
    return secret("hash key of " + label, AesSchedule.hashKey(key));
  }

  /** Looks for every block of these. */
  MemoryScan blocks(MarkedSecrets marked) {
    secrets = marked;
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
    if (bytes.length < Long.BYTES || bytes.length > OVERLAP_BYTES) {
      throw new IllegalArgumentException("too short to mean anything, or too long: " + label);
    }
    long first = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    patterns.computeIfAbsent(first, key -> new ArrayList<>()).add(new Pattern(label, bytes));
    int bit = bit(first);
    filter[bit >>> 6] |= 1L << bit;
  }

  private static int bit(long first) {
    return (int) ((first * 0x9E3779B97F4A7C15L) >>> 48);
  }

  /** How often each pattern occurs in a process; those that do not are left out. */
  Map<String, Integer> of(long pid) throws IOException {
    return counts(hits(pid));
  }

  /** How often each label occurs among hits. */
  static Map<String, Integer> counts(List<Hit> hits) {
    Map<String, Integer> counts = new TreeMap<>();
    hits.forEach(hit -> counts.merge(hit.label(), 1, Integer::sum));
    return counts;
  }

  /** Up to ten hits in a process, and what mappings they are in, for people. */
  static String describe(long pid, List<Hit> hits) {
    List<Mapping> mappings = Mapping.of(pid);
    StringBuilder text = new StringBuilder(hits.size() + " hits");
    for (Hit hit : hits.subList(0, Math.min(10, hits.size()))) {
      text.append(String.format("%n%x %s in ", hit.at(), hit.label()));
      mappings.stream().filter(one -> one.contains(hit.at())).forEach(text::append);
    }
    return text.toString();
  }

  /**
   * Where each pattern occurs in a process.
   *
   * @throws AssertionError if there is memory that could not be read, but for that of
   *     memfd_secret(2): nothing can be said of it
   */
  List<Hit> hits(long pid) throws IOException {
    List<Hit> found = new ArrayList<>();
    unread.clear();
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r");
        PresentPages present = new PresentPages(pid)) {
      for (Mapping mapping : Mapping.of(pid)) {
        if (mapping.hasContent()) {
          scan(memory, mapping.from(), mapping.to(), mapping.isAnonymous() ? present : null, found);
        }
      }
      readAgain(pid, memory, present, found);
    }
    return found;
  }

  /**
   * What was mapped anew meanwhile can be read now; what was unmapped, or lies behind the end of
   * its file, is nothing to be read.
   */
  private void readAgain(long pid, RandomAccessFile memory, PresentPages present, List<Hit> found)
      throws IOException {
    List<Mapping> mappings = unread.isEmpty() ? List.of() : Mapping.of(pid);
    byte[] page = new byte[PAGE_BYTES];
    for (long at : unread) {
      for (Mapping mapping : mappings) {
        if (!mapping.contains(at) || mapping.isSecret()) {
          continue;
        }
        if (tryRead(memory, at, page, 0, PAGE_BYTES)) {
          scan(at, page, PAGE_BYTES, PAGE_BYTES, found);
        } else if (present.any(at, at + 1)) {
          throw new AssertionError(String.format("not read: %x in %s", at, mapping));
        }
      }
    }
  }

  /** Where each pattern occurs in a part of a file. */
  List<Hit> hits(RandomAccessFile file, long from, long to) throws IOException {
    List<Hit> found = new ArrayList<>();
    scan(file, from, to, null, found);
    return found;
  }

  /** Leaves out chunks none of whose pages was ever touched; null: none is left out. */
  private void scan(
      RandomAccessFile memory, long from, long to, PresentPages present, List<Hit> found)
      throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES + OVERLAP_BYTES];
    for (long at = from; at < to; at += CHUNK_BYTES) {
      int starts = (int) Math.min(CHUNK_BYTES, to - at);
      if (present == null || present.any(at, at + starts)) {
        int length = (int) Math.min(chunk.length, to - at);
        read(memory, at, chunk, length);
        if (!Arrays.equals(chunk, 0, length, ZEROES, 0, length)) {
          scan(at, chunk, length, starts, found);
        }
      }
    }
  }

  private void read(RandomAccessFile memory, long at, byte[] chunk, int length) {
    if (tryRead(memory, at, chunk, 0, length)) {
      return;
    }
    // Page by page: one that nobody can read, as those of memfd_secret, must not hide the others.
    for (int from = 0; from < length; from += PAGE_BYTES) {
      int size = Math.min(PAGE_BYTES, length - from);
      if (!tryRead(memory, at + from, chunk, from, size)) {
        unread.add(at + from);
        Arrays.fill(chunk, from, from + size, (byte) 0);
      }
    }
  }

  private static boolean tryRead(
      RandomAccessFile memory, long at, byte[] chunk, int offset, int size) {
    try {
      memory.seek(at);
      memory.readFully(chunk, offset, size);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void scan(long at, byte[] chunk, int length, int starts, List<Hit> found) {
    int last = Math.min(starts, length - Long.BYTES + 1);
    for (int i = 0; i < last; i++) {
      long window = (long) WORDS.get(chunk, i);
      int bit = bit(window);
      if ((filter[bit >>> 6] & 1L << bit) != 0) {
        findPatterns(window, at, chunk, length, i, found);
      }
      if (secrets != null && i + PIECE_BYTES <= length) {
        String label = secrets.whose(window, (long) WORDS.get(chunk, i + Long.BYTES));
        if (label != null) {
          found.add(new Hit(label, at + i));
        }
      }
    }
  }

  private void findPatterns(
      long window, long at, byte[] chunk, int length, int i, List<Hit> found) {
    for (Pattern pattern : patterns.getOrDefault(window, List.of())) {
      byte[] bytes = pattern.bytes();
      if (i + bytes.length <= length
          && Arrays.equals(chunk, i, i + bytes.length, bytes, 0, bytes.length)) {
        found.add(new Hit(pattern.label(), at + i));
      }
    }
  }
}

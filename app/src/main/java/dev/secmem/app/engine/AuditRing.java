package dev.secmem.app.engine;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;

/**
 * The newest audit lines, in native memory that is touched only as far as it is used.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class AuditRing implements AutoCloseable {
  /** The most lines that are kept, which is also the most that AUDIT may ask for. */
  static final int MAX_LINES = 10_000;

  /** Room for as many lines of usual length; longer ones push more old ones out. */
  private static final int SIZE_BYTES = 4 << 20;

  private final NativeMemory memory;
  private final ByteBuffer bytes;
  private final int[] offsets = new int[MAX_LINES];
  private final int[] lengths = new int[MAX_LINES];
  private int first;
  private int count;
  private int end;

  AuditRing() throws LinuxException {
    memory = NativeMemory.anonymous(SIZE_BYTES);
    bytes = memory.buffer();
  }

  /** Keeps a line, which ends with LF; the oldest ones make room. */
  synchronized void add(byte[] line, int lengthBytes) {
    int offset = end + lengthBytes <= SIZE_BYTES ? end : 0;
    while (count > 0 && (count == MAX_LINES || blocks(offset, lengthBytes))) {
      first = (first + 1) % MAX_LINES;
      count--;
    }
    bytes.position(offset).put(line, 0, lengthBytes).clear();
    int index = (first + count) % MAX_LINES;
    offsets[index] = offset;
    lengths[index] = lengthBytes;
    count++;
    end = offset + lengthBytes;
  }

  /** Whether the oldest line lies where the new one is to go, or in the way of reaching there. */
  private boolean blocks(int offset, int lengthBytes) {
    int from = offsets[first];
    int to = from + lengths[first];
    boolean overlaps = from < offset + lengthBytes && offset < to;
    // On wrapping round, what lies behind the old end is older than what lies before it.
    boolean skipped = offset == 0 && end > 0 && from >= end;
    return overlaps || skipped;
  }

  /** Copies the newest lines, oldest first, and tells how many. */
  synchronized int copyNewest(int most, TextBody body) throws LinuxException {
    int copied = Math.min(most, count);
    for (int i = count - copied; i < count; i++) {
      int index = (first + i) % MAX_LINES;
      body.append(
          bytes.duplicate().position(offsets[index]).limit(offsets[index] + lengths[index]));
    }
    return copied;
  }

  @Override
  public synchronized void close() {
    count = 0;
    memory.close();
  }
}

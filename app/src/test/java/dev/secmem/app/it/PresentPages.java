package dev.secmem.app.it;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;

/** Which pages of a process are in memory or swap, by /proc/PID/pagemap. Confined. */
final class PresentPages implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;
  private static final int ENTRY_BYTES = 8;

  private final RandomAccessFile file;

  PresentPages(long pid) throws IOException {
    file = new RandomAccessFile("/proc/" + pid + "/pagemap", "r");
  }

  /** Whether any page between two addresses is. */
  boolean any(long from, long to) throws IOException {
    int pages = (int) ((to - from + PAGE_BYTES - 1) / PAGE_BYTES);
    byte[] entries = new byte[pages * ENTRY_BYTES];
    file.seek(from / PAGE_BYTES * ENTRY_BYTES);
    try {
      file.readFully(entries);
    } catch (EOFException e) {
      return false; // the process has no such pages any more
    }
    for (int i = 0; i < pages; i++) {
      // Bits 63 and 62 of a little-endian word: present, swapped.
      if ((entries[i * ENTRY_BYTES + ENTRY_BYTES - 1] & 0xC0) != 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

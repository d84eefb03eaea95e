package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Memory for keys: pages of memfd_secret(2) where the kernel has it, else locked pages that are
 * left out of dumps and child processes; an inaccessible page below and above.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. A slot's
 * owner closes it, which wipes it; closing the arena wipes all.
 */
public final class KeyArena implements AutoCloseable {
  /** The size of a slot. */
  public static final int SLOT_BYTES = 64;

  /** What an arena's pages really are. */
  public enum Kind {
    /** No other process can read them, root and debuggers included. */
    MEMFD_SECRET,
    /** Never in swap or dumps; root and debuggers can read them. */
    MLOCK,
    /** Ordinary pages: neither was allowed. */
    NONE
  }

  private final NativeMemory memory;
  private final Kind kind;
  private final BitSet used = new BitSet();
  private boolean closed;

  private KeyArena(PrivatePages pages) {
    this.memory = pages.memory();
    this.kind = pages.kind();
  }

  /**
   * Opens an arena of the best kind that this kernel and the limits allow; {@link #kind} says
   * which.
   *
   * @param sizeBytes rounded up to whole pages
   */
  public static KeyArena open(long sizeBytes) throws LinuxException {
    return new KeyArena(PrivatePages.open(sizeBytes));
  }

  /** The second best kind, whatever the kernel has. */
  static KeyArena openOrdinary(long sizeBytes) throws LinuxException {
    return new KeyArena(PrivatePages.openOrdinary(sizeBytes));
  }

  public Kind kind() {
    return kind;
  }

  /**
   * Takes a zeroed slot.
   *
   * @return a slot that the caller closes
   * @throws IllegalStateException if the arena is full or closed: its size is the host's to choose
   */
  public synchronized Slot allocate() {
    int index = used.nextClearBit(0);
    if (closed || (long) (index + 1) * SLOT_BYTES > memory.sizeBytes()) {
      throw new IllegalStateException(closed ? "key arena is closed" : "key arena is full");
    }
    used.set(index);
    return new Slot(index);
  }

  /** Wipes and releases it. Nobody may use a slot's buffer any more. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    memory.close();
  }

  private synchronized void release(int index) {
    if (!closed) {
      memory.wipePart((long) index * SLOT_BYTES, SLOT_BYTES);
      used.clear(index);
    }
  }

  /** Room for one key. */
  public final class Slot implements AutoCloseable {
    private final int index;
    private boolean released;

    private Slot(int index) {
      this.index = index;
    }

    /** A new buffer over its first bytes; not to be used after close. */
    public ByteBuffer buffer(int lengthBytes) {
      if (lengthBytes > SLOT_BYTES) {
        throw new IndexOutOfBoundsException("a slot has " + SLOT_BYTES + " bytes");
      }
      return memory.buffer((long) index * SLOT_BYTES, lengthBytes);
    }

    /** Wipes the slot and gives it back. Idempotent. */
    @Override
    public void close() {
      synchronized (KeyArena.this) {
        if (!released) {
          release(index);
          released = true;
        }
      }
    }
  }
}

package dev.secmem.store.heapless;

import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Where one buffer's bytes lie: zeroed when given out.
 *
 * <p>Serial: called by whoever holds the buffer's monitor.
 */
abstract class Region {
  /** A buffer of which the region's bytes are a part, from {@link #offset} on. */
  abstract ByteBuffer memory();

  abstract int offset();

  abstract Set<Protection> protections();

  /** Opens or closes the pages; does nothing where other buffers share them. */
  abstract void permit(NativeMemory.Access access);

  /** Whether the bytes beside the region are as they were left; the pages must be readable. */
  abstract boolean intact();

  /** Wipes the bytes; the pages must be writable. */
  abstract void wipe();

  /**
   * Gives the memory back, wiped; the pages must be writable. What is damaged is never used again.
   */
  abstract void release(boolean damaged);
}

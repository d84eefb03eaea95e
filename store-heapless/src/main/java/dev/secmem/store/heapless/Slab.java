package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;

/**
 * Pages that slots of one size share: {@code canary slot canary slot … canary}. Which are taken is
 * kept on the heap, so that a write past an end can hurt nothing but a canary or another slot.
 *
 * <p>Confined to whoever holds the owning pool's lock, but for the bytes of slots in use.
 */
final class Slab {
  final Pages pages;
  final ByteBuffer memory;
  final int slotBytes;
  final Pool owner;
  private final int slots;
  private final long[] taken;
  private int used;

  Slab(long sizeBytes, int slotBytes, Pages.Wish wish, Pool owner) throws PluginException {
    this.pages = Pages.open(sizeBytes, wish);
    this.memory = pages.memory.buffer();
    this.slotBytes = slotBytes;
    this.owner = owner;
    this.slots = (memory.capacity() - Canary.BYTES) / stride();
    this.taken = new long[(slots + 63) / 64];
    for (int slot = 0; slot <= slots; slot++) {
      int at = slot * stride();
      Canary.write(memory, at, at + Canary.BYTES, pages.word);
    }
  }

  boolean isFull() {
    return used == slots;
  }

  boolean isEmpty() {
    return used == 0;
  }

  /** Takes a free slot; there is one. */
  int take() {
    for (int word = 0; ; word++) {
      long free = ~taken[word];
      if (free != 0) {
        int slot = word * 64 + Long.numberOfTrailingZeros(free);
        taken[word] |= free & -free;
        used++;
        return slot;
      }
    }
  }

  void give(int slot) {
    taken[slot / 64] &= ~(1L << slot);
    used--;
  }

  /** Where a slot begins. */
  int start(int slot) {
    return slot * stride() + Canary.BYTES;
  }

  private int stride() {
    return slotBytes + Canary.BYTES;
  }
}

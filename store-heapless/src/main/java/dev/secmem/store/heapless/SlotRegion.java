package dev.secmem.store.heapless;

import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A slot in pages that many buffers share. Its bytes end where the upper canary begins; canaries
 * are beside it on both sides, and fill what the slot is larger.
 */
final class SlotRegion extends Region {
  private static final Map<Pages.Kind, Set<Protection>> PROTECTIONS =
      Stream.of(Pages.Kind.values())
          .collect(Collectors.toMap(Function.identity(), SlotRegion::describe));

  private final Slab slab;
  private final int slot;
  private final int size;

  SlotRegion(Slab slab, int slot, int size) {
    this.slab = slab;
    this.slot = slot;
    this.size = size;
    Canary.write(slab.memory, slab.start(slot), offset(), slab.pages.word);
  }

  private static Set<Protection> describe(Pages.Kind kind) {
    EnumSet<Protection> set = PageRegion.protectionsOf(kind);
    set.add(Protection.CANARY);
    return Collections.unmodifiableSet(set);
  }

  @Override
  ByteBuffer memory() {
    return slab.memory;
  }

  @Override
  int offset() {
    return slab.start(slot) + slab.slotBytes - size;
  }

  @Override
  Set<Protection> protections() {
    return PROTECTIONS.get(slab.pages.kind);
  }

  @Override
  void permit(NativeMemory.Access access) {
    // The pages are others' too: they stay open.
  }

  @Override
  boolean intact() {
    int from = slab.start(slot) - Canary.BYTES;
    int end = offset() + size;
    long word = slab.pages.word;
    return (Canary.difference(slab.memory, from, offset(), word)
            | Canary.difference(slab.memory, end, end + Canary.BYTES, word))
        == 0;
  }

  @Override
  void wipe() {
    slab.pages.memory.wipePart(offset(), size);
  }

  @Override
  void release(boolean damaged) {
    // A damaged slot stays taken: its canaries would accuse the next buffer.
    if (!damaged) {
      if (size < slab.slotBytes) {
        slab.pages.memory.wipePart(slab.start(slot), slab.slotBytes - (long) size);
      }
      slab.owner.give(slab, slot);
    }
  }
}

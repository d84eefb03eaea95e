package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SlotMapTest {
  @Test
  void takesTheFirstRunThatIsLongEnough() {
    long seed = System.nanoTime();
    System.err.println("SlotMapTest: seed " + seed);
    Random random = new Random(seed);
    for (int granules : new int[] {64, 256, 1000, 16_384}) {
      SlotMap map = new SlotMap(granules);
      BitSet model = new BitSet();
      List<int[]> slots = new ArrayList<>();
      for (int step = 0; step < 20_000; step++) {
        if (random.nextInt(100) < 55 || slots.isEmpty()) {
          int count = 1 + random.nextInt(random.nextInt(5) == 0 ? granules / 4 : 5);
          int at = firstRun(model, granules, count);
          assertEquals(at, map.take(count));
          if (at >= 0) {
            model.set(at, at + count);
            slots.add(new int[] {at, count});
          }
        } else {
          int[] slot = slots.remove(random.nextInt(slots.size()));
          map.give(slot[0], slot[1]);
          model.clear(slot[0], slot[0] + slot[1]);
        }
        assertEquals(model.cardinality(), map.used());
        int from = random.nextInt(granules);
        int next = model.nextSetBit(from);
        assertEquals(next < 0 ? granules : next, map.nextTaken(from, granules));
      }
    }
  }

  private static int firstRun(BitSet model, int granules, int count) {
    for (int at = model.nextClearBit(0); at + count <= granules; ) {
      int end = model.nextSetBit(at);
      if (end < 0 || end - at >= count) {
        return at;
      }
      at = model.nextClearBit(end);
    }
    return -1;
  }

  @Test
  void refusesToFreeWhatIsFree() {
    SlotMap map = new SlotMap(256);
    map.takeAt(10, 100);
    assertThrows(IllegalStateException.class, () -> map.takeAt(109, 1));
    assertThrows(IllegalStateException.class, () -> map.give(110, 1));
    map.give(10, 100);
    assertThrows(IllegalStateException.class, () -> map.give(10, 1));
  }

  @Test
  void classesAreLargeEnoughAndWasteLittle() {
    int last = 0;
    for (int length = 1; length < 300_000; length++) {
      int slot = SizeClasses.granules(length) * Layout.GRANULE_BYTES;
      int needed = length + Layout.RECORD_HEADER_BYTES;
      assertTrue(slot >= needed, "length " + length);
      assertTrue(slot - needed < Math.max(64, needed / 8 + 64), "length " + length);
      assertTrue(slot >= last, "length " + length);
      last = slot;
    }
    assertEquals(2, SizeClasses.granules(96), "a sealed secret of 64 bytes takes 128");
    assertTrue(SizeClasses.granules(Integer.MAX_VALUE) > 0);
  }
}

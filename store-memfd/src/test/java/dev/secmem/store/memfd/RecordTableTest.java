package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordTableTest {
  @Test
  void doesWhatAMapDoes() {
    long seed = System.nanoTime();
    System.err.println("RecordTableTest: seed " + seed);
    Random random = new Random(seed);
    RecordTable table = new RecordTable();
    Map<Long, Integer> model = new HashMap<>();
    for (int step = 0; step < 200_000; step++) {
      // Waves: it grows, is nearly emptied, and grows again.
      boolean growing = step / 20_000 % 2 == 0;
      long id = id(random);
      if (random.nextInt(10) < (growing ? 7 : 2)) {
        int location = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        table.put(id, location);
        model.put(id, location);
      } else {
        Integer removed = model.remove(id);
        assertEquals(removed == null ? RecordTable.NONE : removed, table.remove(id));
      }
      assertEquals(model.size(), table.size());
      long other = id(random);
      assertEquals(model.getOrDefault(other, RecordTable.NONE), table.get(other));
    }
    Map<Long, Integer> shown = new HashMap<>();
    table.forEach((id, location) -> assertEquals(null, shown.put(id, location)));
    assertEquals(model, shown);
  }

  /** Few enough to meet again; neighbours, multiples of the table's size, and both signs. */
  private static long id(Random random) {
    int number = random.nextInt(3000) - 1500;
    return random.nextBoolean() ? number : (long) number << 32;
  }

  @Test
  void givesItsMemoryBack() {
    RecordTable table = new RecordTable();
    long empty = table.heapBytes();
    List<Long> ids = new ArrayList<>();
    for (long id = 1; id <= 10_000; id++) {
      ids.add(id);
      table.put(id, 1);
    }
    assertTrue(table.heapBytes() <= 10_000 * 36L, "bytes: " + table.heapBytes());
    ids.forEach(table::remove);
    assertEquals(empty, table.heapBytes());
  }
}

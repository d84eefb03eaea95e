package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where records go, and what becomes of the space of those that are deleted. */
final class SpaceTest {
  private static final int SLAB = 64 << 10;

  @Test
  void aHundredThousandSmallSecretsAreCompact() throws Exception {
    int records = 100_000;
    Footprint before = Footprint.now();
    try (Filled filled = new Filled(64 << 20, Layout.slabBytes(64 << 20))) {
      for (int i = 0; i < records; i++) {
        filled.put(96);
      }
      assertTrue(filled.reservedBytes() <= 150L * records, "slabs: " + filled.reservedBytes());
      long index = filled.store.indexBytes();
      assertTrue(index <= 48L * records, "index: " + index);
      assertEquals(before.descriptors(), Footprint.now().descriptors());
      assertTrue(Footprint.now().mappings() - before.mappings() <= 16);
      filled.check();
    }
    assertEquals(before, Footprint.now());
  }

  @Test
  void deletedSpaceHoldsZeroesOnly() throws Exception {
    try (Filled filled = new Filled(1 << 20, SLAB)) {
      List<Long> ids = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        ids.add(filled.put(1 + 37 * i));
      }
      ByteBuffer slab = filled.store.slabViews().get(0);
      assertTrue(used(slab) > 30_000, "positive control");
      for (long id : ids) {
        filled.delete(id);
      }
      assertEquals(0, used(slab));
    }
  }

  /** How many bytes behind the slab's header are not zero. */
  private static int used(ByteBuffer slab) {
    int used = 0;
    for (int at = Layout.GRANULE_BYTES; at < slab.capacity(); at++) {
      used += slab.get(at) == 0 ? 0 : 1;
    }
    return used;
  }

  @Test
  void freedSpaceServesRecordsOfEverySize() throws Exception {
    try (Filled filled = new Filled(SLAB, SLAB)) {
      for (int length : new int[] {96, 1000, 96, 16_000, 1, 5000}) {
        List<Long> ids = fill(filled, length);
        long bytes = filled.store.usage().recordBytes();
        assertTrue(length < 64 || bytes > SLAB * 7 / 10, length + " fill " + bytes);
        filled.check();
        for (long id : ids) {
          filled.delete(id);
        }
        assertEquals(SLAB, filled.reservedBytes(), "one empty slab is kept");
      }
    }
  }

  private static List<Long> fill(Filled filled, int length) throws PluginException {
    List<Long> ids = new ArrayList<>();
    while (true) {
      try {
        ids.add(filled.put(length));
      } catch (PluginException e) {
        assertEquals(Reason.NO_SPACE, e.reason());
        assertTrue(e.getMessage().startsWith("store(memfd): "), e.getMessage());
        return ids;
      }
    }
  }

  @Test
  void emptySlabsAreGivenBackButForOne() throws Exception {
    Footprint before = Footprint.now();
    try (Filled filled = new Filled(16 * SLAB, SLAB)) {
      List<Long> ids = fill(filled, 1000);
      assertEquals(16 * SLAB, filled.reservedBytes());
      for (long id : ids) {
        filled.delete(id);
      }
      assertEquals(SLAB, filled.reservedBytes());
      assertEquals(before.mappings() + 1, Footprint.now().mappings());
    }
  }

  @Test
  void aLargeRecordHasASlabOfItsOwnSize() throws Exception {
    Footprint before = Footprint.now();
    try (Filled filled = new Filled(4 << 20, SLAB)) {
      long small = filled.put(96);
      for (int length : new int[] {SLAB / 4, SLAB, 3 * SLAB, 1 << 20}) {
        long id = filled.put(length);
        filled.check();
        long slack = filled.reservedBytes() - SLAB - length;
        assertTrue(slack > 0 && slack < 2 * 4096, length + " leaves " + slack);
        filled.delete(id);
        assertEquals(SLAB, filled.reservedBytes());
      }
      filled.put(3 << 20);
      assertThrows(PluginException.class, () -> filled.put(3 << 20));
      filled.check();
      filled.delete(small);
    }
    assertEquals(before, Footprint.now());
  }

  @Test
  void aSpareSlabMakesRoomForALargeRecord() throws Exception {
    try (Filled filled = new Filled(4 * SLAB, SLAB)) {
      filled.delete(filled.put(96));
      assertEquals(SLAB, filled.reservedBytes());
      filled.put(4 * SLAB - 96);
      assertEquals(4 * SLAB, filled.reservedBytes());
    }
  }

  @Test
  void aTinyLimitIsKept() throws Exception {
    for (int limit : new int[] {1, 4095, 4096, 5000, 8192, 100_000}) {
      try (Filled filled = new Filled(limit, Layout.slabBytes(limit))) {
        List<Long> ids = fill(filled, 96);
        assertTrue(filled.reservedBytes() <= limit);
        assertEquals(limit < 4096, ids.isEmpty());
        filled.check();
      }
    }
  }

  @Test
  void sparseSlabsAreEmptiedIntoOthers() throws Exception {
    try (Filled filled = new Filled(64 * SLAB, SLAB)) {
      List<Long> ids = fill(filled, 400);
      long full = filled.reservedBytes();
      assertEquals(64 * SLAB, full);
      // Every slab keeps one record in ten.
      for (int i = 0; i < ids.size(); i++) {
        if (i % 10 != 0) {
          filled.delete(ids.get(i));
        }
      }
      assertTrue(filled.reservedBytes() < full / 3, "still reserved: " + filled.reservedBytes());
      filled.check();
    }
  }

  @Test
  void aPutThatFindsNoSpaceMovesRecordsTogether() throws Exception {
    try (Filled filled = new Filled(16 * SLAB, SLAB)) {
      List<Long> ids = fill(filled, 400);
      // Half of every slab is free, in gaps: no slab is sparse, and no gap is large.
      for (int i = 0; i < ids.size(); i += 2) {
        filled.delete(ids.get(i));
      }
      assertEquals(16 * SLAB, filled.reservedBytes());
      filled.put(SLAB / 5);
      filled.put(3 * SLAB);
      filled.check();
      // What cannot fit whatever is moved is refused, and nothing is lost.
      assertThrows(PluginException.class, () -> filled.put(12 * SLAB));
      filled.check();
    }
  }

  @Test
  void whatIsLentStaysWhereItIsWhileOthersAreMoved() throws Exception {
    try (Filled filled = new Filled(64 * SLAB, SLAB)) {
      List<Long> ids = fill(filled, 400);
      // In the second slab: it is emptied into the first as soon as it is sparse, but for this one.
      long lent = ids.get(200);
      Thread[] deleter = new Thread[1];
      Throwable[] failure = new Throwable[1];
      filled.store.read(
          lent,
          view -> {
            deleter[0] =
                new Thread(
                    () -> {
                      try {
                        for (long id : ids) {
                          if (id != lent && id % 20 != 0) {
                            filled.delete(id);
                          }
                        }
                      } catch (Throwable e) {
                        failure[0] = e;
                      }
                    });
            deleter[0].start();
            join(deleter[0]);
            assertEquals(ByteBuffer.wrap(Filled.bytes(lent, 400)), view);
          });
      assertEquals(null, failure[0]);
      filled.check();
      long held = filled.reservedBytes();
      filled.delete(filled.put(96));
      filled.check();
      assertTrue(filled.reservedBytes() <= held);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(20_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertTrue(!thread.isAlive(), "a reader of one record stopped the deletes of others");
  }

  @Test
  void anyMixOfSizesLeavesAStoreThatAScanDescribes() throws Exception {
    long seed = System.nanoTime();
    System.err.println("SpaceTest: seed " + seed);
    Random random = new Random(seed);
    try (Filled filled = new Filled(32 * SLAB, SLAB)) {
      List<Long> ids = new ArrayList<>();
      long most = 0;
      for (int step = 0; step < 30_000; step++) {
        boolean growing = step / 5000 % 2 == 0;
        if (random.nextInt(10) < (growing ? 7 : 3) || ids.isEmpty()) {
          try {
            ids.add(filled.put(1 + random.nextInt(random.nextInt(20) == 0 ? 100_000 : 500)));
          } catch (PluginException e) {
            assertEquals(Reason.NO_SPACE, e.reason());
          }
        } else {
          filled.delete(ids.remove(random.nextInt(ids.size())));
        }
        most = Math.max(most, filled.reservedBytes());
        if (step % 2500 == 0) {
          filled.check();
        }
      }
      assertTrue(most > 8 * SLAB, "only " + most + " bytes were held");
      filled.check();
    }
  }
}

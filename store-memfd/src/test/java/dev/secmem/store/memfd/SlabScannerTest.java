package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A copy of a real slab's bytes, damaged in every way: the walk ends, and ends with an error. */
final class SlabScannerTest {
  private static final int SLAB_BYTES = 16 << 10;
  private static final int FIRST = Layout.GRANULE_BYTES;

  private MemfdStore store;
  private ByteBuffer slab;

  @BeforeEach
  void fill() throws Exception {
    store = new MemfdStore(1 << 20, SLAB_BYTES);
    for (int id = 1; id <= 5; id++) {
      store.put(id, 10 * id, ByteBuffer.wrap(new byte[100]));
    }
    store.delete(2);
    slab = ByteBuffer.allocateDirect(SLAB_BYTES).order(ByteOrder.nativeOrder());
    slab.put(store.slabViews().get(0)).clear();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void showsTheCommittedOnce() throws DamagedSlabException {
    assertEquals(List.of("3 1 10 100", "9 3 30 100", "12 4 40 100", "15 5 50 100"), scan(slab, 3));
    slab.putLong(FIRST, Layout.state(Layout.CLAIMED, 3));
    assertEquals(3, scan(slab, 0).size(), "a record that is not committed is none");
  }

  private static List<String> scan(ByteBuffer bytes, int shift) throws DamagedSlabException {
    List<String> found = new ArrayList<>();
    SlabScanner.scan(
        bytes,
        (granule, id, deadline, length) ->
            found.add((granule + shift - 1) + " " + id + " " + deadline + " " + length));
    return found;
  }

  @Test
  void neverLooksIntoASlot() throws Exception {
    // Sealed bytes that are a slab themselves, header and all, at every granule.
    ByteBuffer hostile = ByteBuffer.allocateDirect(2000);
    for (int at = Layout.GRANULE_BYTES - Layout.RECORD_HEADER_BYTES; at < 1900; at += 64) {
      hostile.put(at, slab, FIRST, 64);
    }
    store.put(6, 60, hostile);
    List<Long> ids = new ArrayList<>();
    store.scan((id, deadline, length) -> ids.add(id));
    assertEquals(5, ids.size(), ids.toString());
  }

  @Test
  void refusesADamagedSlabHeader() {
    for (int at = 0; at < 32; at++) {
      slab.put(at, (byte) (slab.get(at) ^ 1));
      assertThrows(DamagedSlabException.class, () -> scan(slab, 0));
      slab.put(at, (byte) (slab.get(at) ^ 1));
    }
    for (int size : new int[] {0, 1, 63, 64, SLAB_BYTES - 64}) {
      assertThrows(DamagedSlabException.class, () -> scan(slab.slice(0, size), 0));
    }
  }

  @Test
  void refusesADamagedRecordHeader() throws DamagedSlabException {
    for (int at = FIRST; at < FIRST + Layout.RECORD_HEADER_BYTES; at++) {
      slab.put(at, (byte) (slab.get(at) ^ 1));
      assertThrows(DamagedSlabException.class, () -> scan(slab, 0), "byte " + at);
      slab.put(at, (byte) (slab.get(at) ^ 1));
    }
    assertEquals(4, scan(slab, 0).size());
  }

  @Test
  void refusesHostileSizes() {
    for (int mark : new int[] {Layout.CLAIMED, Layout.COMMITTED, 0, -1}) {
      for (int granules : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 256, 1 << 26}) {
        if (mark != 0 || granules != 0) {
          slab.putLong(FIRST, Layout.state(mark, granules));
          assertThrows(DamagedSlabException.class, () -> scan(slab, 0));
        }
      }
    }
    for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 161}) {
      slab.putLong(FIRST, Layout.state(Layout.COMMITTED, 3)).putInt(FIRST + 24, length);
      slab.putInt(FIRST + 28, Layout.check(1, 10, length, 3));
      assertThrows(DamagedSlabException.class, () -> scan(slab, 0), "length " + length);
    }
  }

  @Test
  void endsWhateverTheBytesAre() {
    long seed = System.nanoTime();
    System.err.println("SlabScannerTest: seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      ByteBuffer copy = ByteBuffer.allocateDirect(1024).order(ByteOrder.nativeOrder());
      copy.put(0, slab, 0, 1024).putLong(16, 1024).putLong(24, Layout.slabCheck(1024));
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        copy.put(Layout.GRANULE_BYTES + random.nextInt(960), (byte) random.nextInt());
      }
      try {
        assertTrue(scan(copy, 0).size() <= 15);
      } catch (DamagedSlabException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, "refused " + refused);
  }
}

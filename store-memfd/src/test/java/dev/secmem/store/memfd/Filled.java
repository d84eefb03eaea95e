package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A store and what should be in it: records whose bytes follow from their ids. */
final class Filled implements AutoCloseable {
  final MemfdStore store;
  final Map<Long, Integer> lengths = new HashMap<>();
  private long lastId;

  Filled(long maxBytes, int slabBytes) {
    store = new MemfdStore(maxBytes, slabBytes);
  }

  long put(int length) throws PluginException {
    long id = ++lastId;
    store.put(id, -id, ByteBuffer.wrap(bytes(id, length)));
    lengths.put(id, length);
    return id;
  }

  void delete(long id) throws PluginException {
    assertEquals(lengths.remove(id) != null, store.delete(id));
  }

  long reservedBytes() throws PluginException {
    return store.usage().reservedBytes();
  }

  /** Reads every record, and compares a scan, the usage and an index rebuilt from the slabs. */
  void check() throws Exception {
    for (Map.Entry<Long, Integer> each : lengths.entrySet()) {
      ByteBuffer expected = ByteBuffer.wrap(bytes(each.getKey(), each.getValue()));
      store.read(each.getKey(), view -> assertEquals(expected, view));
    }
    Map<Long, Integer> scanned = new HashMap<>();
    store.scan(
        (id, deadline, length) -> {
          assertEquals(-id, deadline);
          assertNull(scanned.put(id, length));
        });
    assertEquals(lengths, scanned);
    assertEquals(lengths.size(), store.usage().records());
    long bytes = lengths.values().stream().mapToLong(length -> length).sum();
    assertEquals(bytes, store.usage().recordBytes());
    Map<Long, Integer> live = new HashMap<>();
    store.forEachEntry(live::put);
    assertEquals(live, rebuiltIndex());
    for (ByteBuffer slab : store.slabViews()) {
      if (slab != null) {
        checkZeroes(slab);
      }
    }
  }

  /** Whatever is not a record is zero: what was deleted, and what was moved away. */
  private static void checkZeroes(ByteBuffer slab) throws DamagedSlabException {
    int[] end = {32};
    SlabScanner.scan(
        slab,
        (granule, id, deadline, length) -> {
          int at = granule * Layout.GRANULE_BYTES;
          assertEquals(-1, firstUsed(slab, end[0], at));
          end[0] = at + Layout.RECORD_HEADER_BYTES + length;
        });
    assertEquals(-1, firstUsed(slab, end[0], slab.capacity()));
  }

  private static int firstUsed(ByteBuffer slab, int from, int to) {
    for (int at = from; at < to; at++) {
      if (slab.get(at) != 0) {
        return at;
      }
    }
    return -1;
  }

  /** Where each record is, from the bytes of the slabs alone. */
  private Map<Long, Integer> rebuiltIndex() throws DamagedSlabException {
    Map<Long, Integer> rebuilt = new HashMap<>();
    int number = 0;
    for (ByteBuffer slab : store.slabViews()) {
      int here = number++;
      if (slab != null) {
        SlabScanner.scan(
            slab,
            (granule, id, deadline, length) ->
                assertNull(rebuilt.put(id, Layout.location(here, granule))));
      }
    }
    return rebuilt;
  }

  static byte[] bytes(long id, int length) {
    byte[] bytes = new byte[length];
    new Random(id).nextBytes(bytes);
    return bytes;
  }

  @Override
  public void close() {
    store.close();
  }
}

package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many threads on one small store: slabs come and go, records move, the limit is reached. */
final class StressTest {
  private static final int SLAB = 32 << 10;
  private static final int STEPS = 15_000;

  private final ConcurrentMap<Long, Integer> model = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private MemfdStore store;

  /** What a worker does over and over. */
  private interface Step {
    void run(Random random) throws PluginException;
  }

  @Test
  void randomPutsReadsDeletesAndScansAgreeWithAModel() throws Exception {
    long seed = System.nanoTime();
    System.err.println("StressTest: seed " + seed);
    Footprint before = Footprint.now();
    for (int round = 0; round < 3; round++) {
      model.clear();
      store = new MemfdStore(48 * SLAB, SLAB);
      CountDownLatch end = new CountDownLatch(7);
      Random seeds = new Random(seed + round);
      work(end, seeds, STEPS, this::putOrDelete);
      work(end, seeds, STEPS, this::putOrDelete);
      work(end, seeds, STEPS, this::putOrDelete);
      work(end, seeds, STEPS, this::putOrDelete);
      work(end, seeds, STEPS, this::readOrMiss);
      work(end, seeds, STEPS, this::readOrMiss);
      work(end, seeds, STEPS / 50, this::scan);
      assertTrue(end.await(100, TimeUnit.SECONDS), "a thread hangs");
      assertNull(failures.peek(), () -> "first of " + failures.size() + ": " + failures.peek());
      checkAll();
      store.close();
      assertEquals(before, Footprint.now());
    }
    assertTrue(refused.get() > 0, "the limit was never reached");
    assertTrue(missed.get() > 0, "no read met a delete");
  }

  private void work(CountDownLatch end, Random seeds, int steps, Step step) {
    Random random = new Random(seeds.nextLong());
    Thread thread =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < steps && failures.isEmpty(); i++) {
                  step.run(random);
                }
              } catch (Throwable e) {
                failures.add(e);
              } finally {
                end.countDown();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void putOrDelete(Random random) throws PluginException {
    // Waves, so that slabs fill up, become sparse, and are emptied.
    int deletes = nextId.get() / 2000 % 2 == 0 ? 35 : 70;
    Long victim = random.nextInt(100) < deletes ? any(random) : null;
    if (victim != null) {
      // Whoever takes it out of the model deletes it; readers must cope.
      if (model.remove(victim) != null) {
        assertTrue(store.delete(victim));
      }
      return;
    }
    long id = nextId.getAndIncrement();
    int length = 1 + random.nextInt(random.nextInt(25) == 0 ? 3 * SLAB : 700);
    try {
      store.put(id, -id, ByteBuffer.wrap(Filled.bytes(id, length)));
      model.put(id, length);
    } catch (PluginException e) {
      assertEquals(Reason.NO_SPACE, e.reason());
      refused.incrementAndGet();
    }
  }

  private void readOrMiss(Random random) throws PluginException {
    Long id = any(random);
    if (id == null) {
      return;
    }
    Integer length = model.get(id);
    try {
      store.read(
          id,
          view -> {
            assertEquals(ByteBuffer.wrap(Filled.bytes(id, view.capacity())), view);
            assertTrue(length == null || length == view.capacity());
            if (id % 64 == 0) {
              Thread.yield();
              assertEquals(ByteBuffer.wrap(Filled.bytes(id, view.capacity())), view);
            }
          });
    } catch (PluginException e) {
      assertEquals(Reason.NOT_FOUND, e.reason());
      assertTrue(!model.containsKey(id), "a record was lost");
      missed.incrementAndGet();
    }
  }

  private void scan(Random random) throws PluginException {
    // What was there before and is there afterwards was there all the time: ids are used once.
    Map<Long, Integer> before = new HashMap<>(model);
    Map<Long, Integer> seen = new HashMap<>();
    store.scan(
        (id, deadline, length) -> {
          assertEquals(-id, deadline);
          assertNull(seen.put(id, length), "shown twice");
        });
    before.keySet().retainAll(new HashMap<>(model).keySet());
    for (Map.Entry<Long, Integer> each : before.entrySet()) {
      assertEquals(each.getValue(), seen.get(each.getKey()), "not shown");
    }
  }

  private Long any(Random random) {
    long newest = nextId.get();
    for (int tries = 0; tries < 20; tries++) {
      long id = newest - random.nextInt((int) Math.min(newest, 4000));
      if (model.containsKey(id)) {
        return id;
      }
    }
    return null;
  }

  private void checkAll() throws PluginException {
    Map<Long, Integer> seen = new HashMap<>();
    store.scan((id, deadline, length) -> seen.put(id, length));
    assertEquals(model, seen);
    assertEquals(model.size(), store.usage().records());
    for (long id : seen.keySet()) {
      ByteBuffer expected = ByteBuffer.wrap(Filled.bytes(id, seen.get(id)));
      store.read(id, view -> assertEquals(expected, view));
    }
  }
}

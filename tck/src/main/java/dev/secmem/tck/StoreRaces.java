package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.StoreUsage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that meet in one store, and what must hold then. */
final class StoreRaces {
  private StoreRaces() {}

  /** Threads that put, read, delete and scan, each on ids of its own, whose state it knows. */
  static void race(SecretStore store, Random random, int threads, int steps) throws Exception {
    List<Map<Long, Integer>> models = new ArrayList<>();
    Race race = new Race();
    for (int thread = 0; thread < threads; thread++) {
      Map<Long, Integer> model = new HashMap<>();
      models.add(model);
      Random own = new Random(random.nextLong());
      long base = (thread + 1L) << 40;
      race.with(
          () -> {
            for (int step = 1; step <= steps; step++) {
              step(store, model, base + step, own);
            }
          });
    }
    race.run();
    Map<Long, Integer> expected = new HashMap<>(Records.scan(store));
    expected.keySet().removeIf(id -> id >>> 40 == 0);
    Map<Long, Integer> all = new HashMap<>();
    models.forEach(all::putAll);
    assertEquals(all, expected);
  }

  private static void step(SecretStore store, Map<Long, Integer> model, long next, Random random)
      throws PluginException {
    if (random.nextInt(100) == 0) {
      Map<Long, Integer> own = new HashMap<>(Records.scan(store));
      own.keySet().removeIf(other -> other >>> 40 != next >>> 40);
      assertEquals(model, own);
    }
    if (random.nextInt(200) < model.size()) {
      List<Long> ids = new ArrayList<>(model.keySet());
      long id = ids.get(random.nextInt(ids.size()));
      assertArrayEquals(Records.bytes(id, model.get(id)), Records.read(store, id));
      if (random.nextInt(4) != 0) {
        assertTrue(store.delete(id));
        model.remove(id);
      }
    } else {
      int bytes = 1 + random.nextInt(random.nextInt(10) == 0 ? 30_000 : 300);
      Records.put(store, next, bytes);
      model.put(next, bytes);
    }
  }

  /** Puts records until there is no space, and returns the ids that fitted. */
  static List<Long> fill(SecretStore store, long from, int length, long maxBytes)
      throws PluginException {
    List<Long> ids = new ArrayList<>();
    for (long id = from; id < from + maxBytes; id++) {
      try {
        Records.put(store, id, length);
      } catch (PluginException e) {
        assertEquals(Reason.NO_SPACE, e.reason());
        return ids;
      }
      ids.add(id);
      StoreUsage usage = store.usage();
      assertTrue(usage.reservedBytes() <= maxBytes, "more is reserved than allowed");
      assertTrue(usage.recordBytes() <= usage.reservedBytes(), "more is held than reserved");
    }
    throw new AssertionError("the limit was never reached");
  }

  /** Deletes a record while two threads read it over and over. */
  static void deleteUnderReaders(SecretStore store, long id, int length) throws Exception {
    Records.put(store, id, length);
    byte[] expected = Records.bytes(id, length);
    Race race = new Race();
    for (int i = 0; i < 2; i++) {
      race.with(
          () -> {
            try {
              while (true) {
                AtomicInteger calls = new AtomicInteger();
                store.read(
                    id,
                    view -> {
                      calls.incrementAndGet();
                      readTwice(expected, view);
                    });
                assertEquals(1, calls.get(), "calls of the reader");
              }
            } catch (PluginException e) {
              assertEquals(Reason.NOT_FOUND, e.reason());
            }
          });
    }
    race.with(() -> assertTrue(store.delete(id))).run();
  }

  private static void readTwice(byte[] expected, ByteBuffer view) {
    for (int i = 0; i < 2; i++) {
      byte[] seen = new byte[view.limit()];
      view.get(0, seen);
      assertArrayEquals(expected, seen, "the view changed while lent");
      Thread.yield();
    }
  }

  /** Puts a record while one thread tries to read it and one scans, both until they find it. */
  static void watchPut(SecretStore store, long id, int length) throws Exception {
    byte[] expected = Records.bytes(id, length);
    new Race()
        .with(() -> store.put(id, Records.deadline(id), ByteBuffer.wrap(expected)))
        .with(
            () -> {
              byte[] seen = null;
              while (seen == null) {
                try {
                  seen = Records.read(store, id);
                } catch (PluginException e) {
                  assertEquals(Reason.NOT_FOUND, e.reason());
                }
              }
              assertArrayEquals(expected, seen);
            })
        .with(
            () -> {
              Map<Long, Integer> found = Map.of();
              while (found.isEmpty()) {
                found = Records.scan(store);
              }
              assertEquals(Map.of(id, length), found);
              assertArrayEquals(expected, Records.read(store, id), "scanned, but not lent");
            })
        .run();
  }

  /** Readers of one record who wait in their callbacks until all are inside. */
  static void readersMeet(SecretStore store, long id, int readers) throws Exception {
    CyclicBarrier allInside = new CyclicBarrier(readers);
    Race race = new Race();
    for (int i = 0; i < readers; i++) {
      race.with(() -> store.read(id, view -> await(allInside)));
    }
    race.run();
  }

  private static void await(CyclicBarrier allInside) {
    try {
      allInside.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("a reader kept another one out", e);
    }
  }

  /** Three threads put different records under one id: one of them is there then. */
  static void putOneIdTogether(SecretStore store, long id) throws Exception {
    AtomicInteger winner = new AtomicInteger();
    Race race = new Race();
    for (int length : new int[] {100, 200, 300}) {
      race.with(
          () -> {
            try {
              Records.put(store, id, length);
              assertEquals(0, winner.getAndSet(length), "two puts of one id went well");
            } catch (PluginException e) {
              assertEquals(Reason.EXISTS, e.reason());
            }
          });
    }
    race.run();
    assertArrayEquals(Records.bytes(id, winner.get()), Records.read(store, id));
  }

  /** Closes a store that three threads use: each call ends well or with CLOSED. */
  static void closeInTheMiddle(SecretStore store, Random random) throws Exception {
    Race race = new Race();
    for (int thread = 0; thread < 3; thread++) {
      long from = 1 + 100L * thread;
      race.with(
          () -> {
            try {
              for (long id = from; id < from + 100; id++) {
                Records.put(store, id, 300);
                assertArrayEquals(Records.bytes(id, 300), Records.read(store, id));
                assertTrue(store.delete(id));
              }
            } catch (PluginException e) {
              assertEquals(Reason.CLOSED, e.reason());
            }
          });
    }
    int spin = random.nextInt(20_000);
    race.with(
            () -> {
              for (int i = 0; i < spin; i++) {
                Thread.onSpinWait();
              }
              store.close();
              Records.assertReason(Reason.CLOSED, store::usage);
            })
        .run();
  }
}

package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.linux.Clock;
import dev.secmem.linux.OwnIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many threads at once, judged by what no order of their requests could bring about. */
final class StressTest {
  private static final int THREADS = 8;

  /** What a thread does; what it throws fails the test. */
  private interface Work {
    void run(int thread, Random random) throws Exception;
  }

  private static void inThreads(long seed, Work work) throws Exception {
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int number = t;
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run(number, new Random(seed + number));
                } catch (Throwable e) {
                  failures.add(e);
                }
              });
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(120_000);
      assertFalse(thread.isAlive(), "a thread waits for ever");
    }
    for (Throwable failure : failures) {
      throw new AssertionError("seed " + seed + ", " + failures.size() + " failures", failure);
    }
  }

  @Test
  void everyAnswerIsOneThatAnOrderOfTheRequestsCouldGive() throws Exception {
    everyAnswerIsOneThatAnOrderOfTheRequestsCouldGive("memfd");
  }

  @Test
  void everyAnswerIsSuchAnOneWithTheOtherStore() throws Exception {
    everyAnswerIsOneThatAnOrderOfTheRequestsCouldGive("heapless");
  }

  private static void everyAnswerIsOneThatAnOrderOfTheRequestsCouldGive(String store)
      throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    int descriptors = descriptors();
    // Keys change every 50 seals, so that old and new ones are in use all the time.
    Parts parts = new Parts(EngineOptions.DEFAULTS, store, Parts.cipher(), 50);
    try {
      // The newest version that was surely answered, and the newest put that was begun, by name.
      Map<String, AtomicLong> answered = new ConcurrentHashMap<>();
      inThreads(
          seed,
          (thread, random) -> {
            Client client = parts.client(1000 + thread % 2);
            for (int round = 0; round < 1500; round++) {
              String name = "k" + random.nextInt(4);
              AtomicLong newest =
                  answered.computeIfAbsent(client.peer.uid() + name, any -> new AtomicLong());
              switch (random.nextInt(8)) {
                case 0, 1 -> put(client, name, random, newest, "");
                case 2 -> put(client, name, random, newest, " reads=2");
                case 3 -> client.call("DEL " + name);
                case 4 -> touch(client, name);
                default -> get(client, name, newest);
              }
            }
          });
      for (int owner = 1000; owner < 1002; owner++) {
        for (int k = 0; k < 4; k++) {
          parts.client(owner).call("DEL k" + k);
        }
      }
      parts.assertNothingLeft();
    } finally {
      parts.close();
    }
    assertEquals(descriptors, descriptors(), "descriptors are left open");
  }

  /** A value says its owner, its name, and its length, over and over. */
  private static void put(
      Client client, String name, Random random, AtomicLong newest, String options) {
    int length = random.nextInt(10) == 0 ? 140_000 : 1 + random.nextInt(9000);
    Answer put = client.call("PUT " + name + " 60000" + options, value(client, name, length));
    long version = put.number("version");
    newest.accumulateAndGet(version, Math::max);
  }

  private static String value(Client client, String name, int length) {
    String unit = client.peer.uid() + "/" + name + "/" + length + ";";
    return unit.repeat(length / unit.length() + 1).substring(0, length);
  }

  private static void get(Client client, String name, AtomicLong newest) {
    long atLeast = newest.get();
    Answer get = client.call("GET " + name);
    if (!get.isOk()) {
      get.assertFails(ErrorCode.NOT_FOUND);
      return;
    }
    int size = (int) get.number("size");
    assertEquals(size, get.body().length);
    assertEquals(value(client, name, size), new String(get.body(), StandardCharsets.US_ASCII));
    assertTrue(
        get.number("version") >= atLeast,
        "version " + get.number("version") + " was replaced by " + atLeast + " before");
  }

  private static void touch(Client client, String name) {
    Answer touch = client.call("TOUCH " + name + " 50000");
    if (touch.isOk()) {
      touch.assertOk("ttl_ms=50000");
    } else {
      touch.assertFails(ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void limitedReadsAreServedExactlyAsOften() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    try (Parts parts = Parts.open()) {
      for (int round = 0; round < 60; round++) {
        int reads = 1 + round % 3;
        AtomicInteger served = new AtomicInteger();
        parts.client(7).call("PUT k - allow=uid:8 reads=" + reads, "x").assertOk();
        inThreads(
            seed,
            (thread, random) -> {
              Client client = parts.client(thread % 2 == 0 ? 7 : 8);
              if (thread == 0) {
                client.call("TOUCH k 40000");
              }
              for (int i = 0; i < 3; i++) {
                Answer get = client.call("GET k");
                if (get.isOk()) {
                  served.incrementAndGet();
                } else {
                  get.assertFails(ErrorCode.NOT_FOUND);
                }
              }
            });
        assertEquals(reads, served.get(), "round " + round);
        assertEquals(0, parts.quota.total().secrets());
      }
      parts.assertNothingLeft();
    }
  }

  @Test
  void oneOfManyCreatesAndOneOfManyReplaces() throws Exception {
    long seed = System.nanoTime();
    try (Parts parts = Parts.open()) {
      for (int round = 0; round < 40; round++) {
        AtomicInteger created = new AtomicInteger();
        AtomicLong version = new AtomicLong();
        inThreads(
            seed,
            (thread, random) -> {
              Answer put = parts.client(7).call("PUT k - if=absent", "x");
              if (put.isOk()) {
                created.incrementAndGet();
                version.set(put.number("version"));
              } else {
                put.assertFails(ErrorCode.EXISTS);
              }
            });
        assertEquals(1, created.get());
        AtomicInteger replaced = new AtomicInteger();
        inThreads(
            seed,
            (thread, random) -> {
              Answer put = parts.client(7).call("PUT k - if=version:" + version, "y");
              if (put.isOk()) {
                replaced.incrementAndGet();
              } else {
                put.assertFails(ErrorCode.CONFLICT);
              }
            });
        assertEquals(1, replaced.get());
        AtomicInteger deleted = new AtomicInteger();
        inThreads(
            seed,
            (thread, random) -> {
              if (parts.client(7).call("DEL k").isOk()) {
                deleted.incrementAndGet();
              }
            });
        assertEquals(1, deleted.get());
      }
      parts.assertNothingLeft();
    }
  }

  @Test
  void manyShortLivesAreNeitherServedLateNorLostEarly() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Parts parts = Parts.open();
    try {
      AtomicLong gets = new AtomicLong();
      inThreads(
          seed,
          (thread, random) -> {
            Client client = parts.client(100 + thread);
            for (int round = 0; round < 250; round++) {
              String name = "n" + round % 100;
              long ttl = 1 + random.nextInt(50);
              // Its deadline lies between these two: the agent takes its time in between.
              long before = Clock.boottimeNanos();
              client.call("PUT " + name + " " + ttl, "x").assertOk();
              long after = Clock.boottimeNanos();
              for (int look = 0; look < 20; look++) {
                long asked = Clock.boottimeNanos();
                Answer get = client.call("GET " + name);
                long had = Clock.boottimeNanos();
                gets.incrementAndGet();
                if (get.isOk()) {
                  assertTrue(asked < after + ttl * 1_000_000, "served late");
                  assertTrue(get.number("ttl_ms") >= 1 && get.number("ttl_ms") <= ttl);
                } else {
                  get.assertFails(ErrorCode.EXPIRED);
                  assertTrue(had >= before + ttl * 1_000_000, "lost early");
                  break;
                }
                if (look % 4 == 3) {
                  Thread.sleep(random.nextInt(6));
                }
              }
            }
          });
      assertTrue(gets.get() > 2000);
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (parts.quota.total().secrets() > 0 && System.nanoTime() < deadline) {
        Thread.sleep(5); // wiped without anybody asking for them
      }
      assertTrue(parts.expiries.get() > 100, "expiries " + parts.expiries.get());
      parts.assertNothingLeft();
    } finally {
      parts.close();
    }
  }

  @Test
  void laterDeadlinesShownMeanwhileDoNotHoldUpEarlierOnes() throws Exception {
    long seed = System.nanoTime();
    try (Parts parts = Parts.open()) {
      inThreads(
          seed,
          (thread, random) -> {
            Client client = parts.client(100 + thread);
            for (int i = 0; i < 300; i++) {
              client.call("PUT n" + i + " " + (3_600_000L - i * 10L - thread), "x").assertOk();
              if (i % 3 == 0) {
                client.call("PUT s" + i + " " + (1 + random.nextInt(20)), "x").assertOk();
              }
            }
          });
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (parts.expiries.get() < THREADS * 100 && System.nanoTime() < deadline) {
        Thread.sleep(2);
      }
      assertEquals(THREADS * 100, parts.expiries.get());
      assertEquals(THREADS * 300, parts.quota.total().secrets());
    }
  }

  @Test
  void engineThreadsEndWithIt() throws Exception {
    Parts parts = Parts.open();
    for (int i = 0; i < 200; i++) {
      parts.client(OwnIdentity.uid()).call("PUT n" + i + " " + (1000 + i), "x");
    }
    parts.close();
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("secmem-reaper") && thread.isAlive()));
  }

  private static int descriptors() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return (int)
          files
              .map(StressTest::target)
              .filter(target -> target.startsWith("/memfd") || target.startsWith("anon_inode"))
              .count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (java.io.IOException e) {
      return ""; // closed since the list was made
    }
  }
}

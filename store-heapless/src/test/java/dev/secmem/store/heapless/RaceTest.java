package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.tck.Race;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many threads at one buffer. A mistake here would be a crash of the JVM: SIGSEGV. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RaceTest {
  private static final int ROUNDS = Race.rounds(300);
  private static final int THREADS = 8;

  static java.util.List<BufferFactory> factories() {
    return LockedBufferTest.factories();
  }

  @ParameterizedTest
  @MethodSource("factories")
  void readFreezeMeltCloseAtOnce(BufferFactory factory) throws Exception {
    Random random = Race.random("readFreezeMeltClose");
    AtomicLong reads = new AtomicLong();
    for (int round = 0; round < ROUNDS; round++) {
      LockedBuffer buffer = factory.create(64);
      Race race = new Race();
      for (int thread = 0; thread < THREADS; thread++) {
        long seed = random.nextLong();
        race.with(() -> act(buffer, new Random(seed), reads));
      }
      race.run();
      assertFalse(buffer.isAlive());
    }
    assertTrue(reads.get() > ROUNDS, "nobody ever read");
  }

  private static void act(LockedBuffer buffer, Random random, AtomicLong reads) {
    for (int i = 0; i < 40; i++) {
      try {
        int action = random.nextInt(100);
        if (action < 60) {
          long[] words = buffer.withResult(RaceTest::words);
          // A writer fills all with one word, and a purge with zeroes.
          reads.incrementAndGet();
          assertEquals(8, words.length);
        } else if (action < 75) {
          long word = random.nextLong();
          buffer.with(view -> fill(view, word));
        } else if (action < 85) {
          buffer.freeze();
        } else if (action < 95) {
          buffer.melt();
        } else if (action < 97) {
          buffer.with(view -> buffer.with(inner -> inner.getLong(0)));
        } else if (i > 20) {
          buffer.close();
          assertFalse(buffer.isAlive());
        }
      } catch (IllegalStateException e) {
        // Frozen or closed by another thread: what is promised.
        String message = e.getMessage();
        assertTrue(message.contains("frozen") || message.contains("closed"), message);
      }
    }
    buffer.close();
  }

  private static long[] words(SecretView view) {
    long[] words = new long[8];
    for (int i = 0; i < 8; i++) {
      words[i] = view.getLong(8 * i);
    }
    return words;
  }

  private static void fill(SecretView view, long word) {
    for (int i = 0; i < 8; i++) {
      view.putLong(8 * i, word);
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void closeWaitsForReadersAndFreezeForWriters(BufferFactory factory) throws Exception {
    LockedBuffer buffer = factory.create(8);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicBoolean left = new AtomicBoolean();
    Race reader =
        new Race()
            .with(
                () ->
                    buffer.<Exception>with(
                        view -> {
                          inside.countDown();
                          leave.await();
                          assertEquals(0, view.getLong(0), "closed under its reader");
                          left.set(true);
                        }));
    reader.start();
    inside.await();
    Race freezer = new Race().with(buffer::freeze);
    assertFalse(freezer.start().endsWithin(100), "freeze did not wait for a writer");
    Race closer =
        new Race()
            .with(
                () -> {
                  Thread.currentThread().interrupt();
                  buffer.close();
                  assertTrue(Thread.interrupted(), "the interrupt was swallowed");
                  assertTrue(left.get(), "close did not wait");
                });
    assertFalse(closer.start().endsWithin(100), "close did not wait for a reader");
    leave.countDown();
    reader.join();
    freezer.join();
    closer.join();
  }

  @Test
  void threadsInsideCallbacksThatCloseEachOthersBuffersNeverWait() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      LockedBuffer one = BufferFactory.pooled().create(8);
      LockedBuffer other = LockedBuffer.create(8);
      java.util.concurrent.CyclicBarrier both = new java.util.concurrent.CyclicBarrier(2);
      new Race().with(() -> cross(one, other, both)).with(() -> cross(other, one, both)).run();
      assertFalse(one.isAlive() || other.isAlive());
    }
  }

  private static void cross(
      LockedBuffer mine, LockedBuffer others, java.util.concurrent.CyclicBarrier both)
      throws Exception {
    mine.<Exception>with(
        view -> {
          both.await();
          try {
            others.freeze();
          } catch (IllegalStateException e) {
            assertFalse(others.isAlive());
          }
          others.close();
          assertEquals(0, view.getLong(0));
        });
  }

  @Test
  void purgeDuringEverything() throws Exception {
    Random random = Race.random("purge");
    for (int round = 0; round < ROUNDS / 10; round++) {
      AtomicBoolean stop = new AtomicBoolean();
      Race race = new Race();
      for (int thread = 0; thread < 4; thread++) {
        long seed = random.nextLong();
        race.with(() -> work(new Random(seed), stop));
      }
      race.with(
          () -> {
            for (int i = 0; i < 10; i++) {
              Purge.all();
              Thread.yield();
            }
            stop.set(true);
          });
      race.run();
    }
    Purge.all();
    assertEquals(0, GuardedMemory.counters().inUse());
  }

  private static void work(Random random, AtomicBoolean stop) throws Exception {
    Stream stream = new Stream();
    byte[] secret = Bytes.pattern(1, 100);
    do {
      BufferFactory factory =
          random.nextBoolean() ? BufferFactory.pooled() : BufferFactory.ownPages();
      try (LockedBuffer buffer = factory.copyOf(secret)) {
        buffer.with(view -> view.getLong(random.nextInt(90)));
        try (LockedBuffer opened = buffer.seal().open()) {
          byte[] seen = new byte[100];
          opened.with(view -> view.get(0, seen, 0, 100));
          boolean whole = java.util.Arrays.equals(secret, seen);
          assertTrue(whole || !opened.isAlive(), "wrong content in a living buffer");
        }
        stream.write(secret, 0, 100);
        stream.next().close();
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
      } catch (PluginException e) {
        assertEquals(Reason.CLOSED, e.reason());
        stream = new Stream();
      }
    } while (!stop.get());
  }

  @Test
  void manyThreadsMakeAndCloseTheirOwn() throws Exception {
    Race race = new Race();
    for (int thread = 0; thread < THREADS; thread++) {
      long seed = thread;
      race.with(
          () -> {
            Random random = new Random(seed);
            for (int i = 0; i < 20 * ROUNDS; i++) {
              int size = 1 + random.nextInt(1100);
              byte[] content = {(byte) seed, (byte) i};
              try (LockedBuffer buffer = BufferFactory.pooled().create(size + 1)) {
                buffer.copyFrom(size - 1, content);
                assertEquals((byte) i, (byte) buffer.withResult(view -> view.get(size)));
                buffer.verify();
              }
            }
          });
    }
    race.run();
  }
}

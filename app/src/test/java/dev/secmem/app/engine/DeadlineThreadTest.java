package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Clock;
import dev.secmem.linux.Descriptor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** It works when it is due, and then only; whatever it fails of, it goes on until it is closed. */
final class DeadlineThreadTest {
  private static final long MILLI = 1_000_000L;

  private final LinkedBlockingQueue<Long> works = new LinkedBlockingQueue<>();

  private long nextWork() throws InterruptedException {
    Long at = works.poll(20, TimeUnit.SECONDS);
    assertTrue(at != null, "it did not work");
    return at;
  }

  @Test
  void everyFailureIsFollowedByAnotherTry() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<Thread> worker = new AtomicReference<>();
    DeadlineThread[] self = new DeadlineThread[1];
    DeadlineThread.Work work =
        () -> {
          worker.set(Thread.currentThread());
          switch (tries.incrementAndGet()) {
            case 1 -> Descriptor.duplicate(-1);
            case 2 -> throw new IllegalStateException("a test's");
            case 3 -> throw new OutOfMemoryError("a test's");
            case 4 -> throw new StackOverflowError("a test's");
            case 5 -> throw new LinkageError("a test's");
            case 6 -> {
              Thread.currentThread().interrupt();
              throw new IllegalStateException("a test's");
            }
            case 7 -> self[0].arm(Clock.boottimeNanos() + 20_000_000);
            default -> done.countDown();
          }
        };
    try (DeadlineThread thread = new DeadlineThread("a test's", work)) {
      self[0] = thread;
      long start = System.nanoTime();
      thread.start();
      assertTrue(done.await(30, TimeUnit.SECONDS), tries + " tries");
      assertEquals(8, tries.get());
      assertTrue(worker.get().isAlive());
      // Six pauses of 50 ms, less the one that an interrupt cut short, and the time it waited.
      assertTrue(System.nanoTime() - start >= 270_000_000L, "no pause between tries");
    }
    assertFalse(worker.get().isAlive());
  }

  @Test
  void itWorksAtOnceThenAtEachMomentItWasArmedForAndNotBetween() throws Exception {
    boolean[] daemon = new boolean[1];
    try (DeadlineThread thread =
        new DeadlineThread(
            "test-deadline",
            () -> {
              daemon[0] = Thread.currentThread().isDaemon();
              works.add(Clock.boottimeNanos());
            })) {
      assertNull(works.poll(30, TimeUnit.MILLISECONDS), "it was not started");
      thread.start();
      nextWork();
      assertTrue(daemon[0], "it keeps no program from ending");
      assertNull(works.poll(60, TimeUnit.MILLISECONDS), "it was not armed");
      long moment = Clock.boottimeNanos() + 40 * MILLI;
      thread.arm(moment);
      assertTrue(nextWork() >= moment, "too early");
      assertNull(works.poll(60, TimeUnit.MILLISECONDS), "armed once, it works once");
      thread.arm(Clock.boottimeNanos() + 3_600_000 * MILLI);
      assertNull(works.poll(30, TimeUnit.MILLISECONDS));
      thread.arm(1); // the moment is over already
      nextWork();
      assertFalse(thread.isClosed());
    }
  }

  @Test
  void closeWaitsForTheWorkAndKeepsAnInterrupt() throws Exception {
    boolean[] ended = new boolean[1];
    DeadlineThread thread =
        new DeadlineThread(
            "test-deadline",
            () -> {
              works.add(1L);
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              ended[0] = true;
            });
    thread.start();
    nextWork();
    Thread.currentThread().interrupt();
    thread.close();
    assertTrue(Thread.interrupted(), "the interrupt is the caller's to see");
    assertTrue(ended[0], "the work was cut off");
    assertTrue(thread.isClosed());
    assertEquals(0, works.size(), "after its close it does not work");
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(each -> each.getName().equals("test-deadline")));
  }
}

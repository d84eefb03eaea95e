package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads that start at the same moment and whose failures reach the test. Threads are daemons: one
 * that hangs fails its test and does not keep the JVM.
 */
public final class Race {
  /** A race without threads yet. */
  public Race() {}

  /** How long anything may take that does not wait for the test; a hang, not a speed limit. */
  public static final long HANG_MILLIS = 20_000;

  private final List<Thread> threads = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final CountDownLatch start = new CountDownLatch(1);

  /** Something that a thread does. */
  public interface Task {
    void run() throws Exception;
  }

  /** A source of random numbers whose seed is printed; {@code -Dtck.seed} gives it again. */
  public static Random random(String rule) {
    long seed = Long.getLong("tck.seed", System.nanoTime());
    System.err.println(rule + ": -Dtck.seed=" + seed);
    return new Random(seed);
  }

  /** How often to try for a race; {@code -Dtck.roundsPercent} is for short and for long runs. */
  public static int rounds(int usual) {
    return Math.max(1, usual * Integer.getInteger("tck.roundsPercent", 100) / 100);
  }

  /** Adds a thread that waits for the start. */
  public Race with(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                start.await();
                task.run();
              } catch (Throwable e) {
                synchronized (failures) {
                  failures.add(e);
                }
              }
            },
            "race-" + threads.size());
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
    return this;
  }

  /** Lets them go. */
  public Race start() {
    start.countDown();
    return this;
  }

  /** Lets them go, waits for all, and throws the first failure. */
  public void run() throws Exception {
    start();
    join();
  }

  /** Waits for all and throws the first failure. */
  public void join() throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANG_MILLIS);
    for (Thread thread : threads) {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      assertFalse(thread.isAlive(), thread.getName() + " hangs");
    }
    synchronized (failures) {
      for (Throwable failure : failures) {
        if (failure instanceof Error error) {
          throw error;
        }
        throw (Exception) failure;
      }
    }
  }

  /** Whether all have ended within {@code millis}. */
  public boolean endsWithin(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Thread thread : threads) {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      if (thread.isAlive()) {
        return false;
      }
    }
    return true;
  }
}

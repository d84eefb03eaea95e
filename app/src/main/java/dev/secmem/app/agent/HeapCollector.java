package dev.secmem.app.agent;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * Has the old generation collected once it has gained half of what lives, so that what is resident
 * follows what lives and not how long the agent has run. The JVM itself would wait until its heap
 * is full; and the heap is not made smaller for that, because a JVM whose heap cannot grow, for
 * want of memory, ends. It looks after each young collection, and lasts as long as the process.
 */
final class HeapCollector {
  private static final long LEAST_GAIN_BYTES = 4L << 20;
  private static final long PAUSE_NANOS = 50_000_000;

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final Executor moment;
  private long liveBytes;

  private HeapCollector(Executor moment) {
    this.moment = moment;
  }

  /**
   * Starts its thread.
   *
   * @param moment runs what collects at once, or as soon as nothing must be moved
   */
  static void start(Executor moment) {
    Thread thread = new Thread(new HeapCollector(moment)::run, "secmem-heap");
    thread.setDaemon(true);
    thread.start();
  }

  /** Collects the whole heap, now. */
  static void collect() {
    System.gc();
  }

  private void run() {
    while (true) {
      try {
        awaitCollection();
        long usedBytes = usedBytes();
        // No more can live, whoever had it collected.
        liveBytes = Math.min(liveBytes, usedBytes);
        if (usedBytes - liveBytes > Math.max(LEAST_GAIN_BYTES, liveBytes / 2)) {
          moment.execute(HeapCollector::collect);
          liveBytes = usedBytes();
        }
      } catch (InterruptedException e) {
        Thread.interrupted(); // nobody who knows this thread interrupts it
      } catch (OutOfMemoryError e) {
        LockSupport.parkNanos(PAUSE_NANOS); // a request's failure, not this thread's end
      }
    }
  }

  private void awaitCollection() throws InterruptedException {
    WeakReference<Object> next = new WeakReference<>(new Object(), collected);
    collected.remove();
    Reference.reachabilityFence(next);
  }

  /** What is used of the heap: what lives, and what is not collected yet. */
  static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

package dev.secmem.store.heapless;

import java.util.function.IntConsumer;

/** What happens when a canary is found damaged on close, which cannot throw. */
final class Damage {
  private static volatile IntConsumer listener =
      size ->
          System.getLogger("dev.secmem.store.heapless")
              .log(
                  System.Logger.Level.ERROR,
                  "memory beside a guarded buffer of {0} bytes was overwritten",
                  size);

  private Damage() {}

  static void listen(IntConsumer to) {
    listener = to;
  }

  /** Called with no monitor held. */
  static void report(int sizeBytes) {
    Counters.DAMAGED.incrementAndGet();
    try {
      listener.accept(sizeBytes);
    } catch (RuntimeException e) {
      // A close never throws; the counter has been told, and the listener's failure is shown.
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}

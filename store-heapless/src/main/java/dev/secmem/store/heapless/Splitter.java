package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;

/** The thread that splits the session key anew, twice a second. */
final class Splitter {
  static final long PERIOD_MILLIS = 500;

  private static boolean started;

  private Splitter() {}

  /** Starts it, once. */
  static synchronized void start() {
    if (!started) {
      started = true;
      Thread thread = new Thread(Splitter::run, "secmem-split");
      thread.setDaemon(true);
      thread.start();
      Counters.TIMERS.incrementAndGet();
    }
  }

  private static void run() {
    while (true) {
      try {
        Thread.sleep(PERIOD_MILLIS);
        Session.splitCurrentAnew();
      } catch (InterruptedException e) {
        // Nobody interrupts it on purpose; keys are split anew as long as the process lives.
        Thread.interrupted();
      } catch (PluginException e) {
        System.getLogger("dev.secmem.store.heapless")
            .log(System.Logger.Level.WARNING, "a key was not split anew", e);
      }
    }
  }
}

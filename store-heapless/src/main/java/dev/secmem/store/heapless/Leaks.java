package dev.secmem.store.heapless;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.function.Consumer;

/**
 * Finds buffers that nobody closed. Not by {@link java.lang.ref.Cleaner}, whose one list for all
 * would make threads wait for each other at each buffer that comes and goes.
 */
final class Leaks {
  private static final ReferenceQueue<LockedBuffer> FORGOTTEN = new ReferenceQueue<>();

  private static volatile Consumer<UnclosedBuffer> listener;

  static {
    Thread thread = new Thread(Leaks::run, "secmem-cleaner");
    thread.setDaemon(true);
    thread.start();
  }

  private Leaks() {}

  /**
   * Comes out of the queue when its buffer cannot be reached any more; {@link Guarded} keeps it.
   */
  static final class Alarm extends PhantomReference<LockedBuffer> {
    private final Guarded guarded;

    Alarm(LockedBuffer buffer, Guarded guarded) {
      super(buffer, FORGOTTEN);
      this.guarded = guarded;
    }
  }

  static void listen(Consumer<UnclosedBuffer> to) {
    listener = to;
  }

  /** The stack of whoever makes a buffer, null unless somebody wants to know. */
  static Throwable creation() {
    return listener == null ? null : new Throwable("made here and never closed");
  }

  private static void run() {
    while (true) {
      try {
        found(((Alarm) FORGOTTEN.remove()).guarded);
      } catch (InterruptedException e) {
        // Nobody interrupts it on purpose; it watches as long as the process lives.
        Thread.interrupted();
      } catch (RuntimeException e) {
        // The listener's: others are still to be found.
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  private static void found(Guarded guarded) {
    if (!guarded.isAlive()) {
      return;
    }
    guarded.close();
    Counters.UNCLOSED.incrementAndGet();
    Consumer<UnclosedBuffer> to = listener;
    if (to != null && guarded.creation != null) {
      to.accept(new UnclosedBuffer(guarded.size, guarded.creation));
    }
  }
}

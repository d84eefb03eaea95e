package dev.secmem.app.engine;

import dev.secmem.linux.BoottimeTimer;
import dev.secmem.linux.LinuxException;

/**
 * A thread that works when it is started and then each time the moment it was armed for has come. A
 * failure of the work is logged and does not end it: what hangs on its deadlines must happen.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class DeadlineThread implements AutoCloseable {
  private static final int PAUSE_MILLIS = 50;

  private final Work work;
  private final BoottimeTimer timer;
  private final Thread thread;
  private final String failure;
  private volatile boolean closed;

  /** What is to be done when it is due. */
  interface Work {
    /** Does what is due, and arms the thread for what is due next. */
    void run() throws LinuxException;
  }

  DeadlineThread(String name, Work work) throws LinuxException {
    this.work = work;
    this.timer = new BoottimeTimer();
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
    this.failure = name + " failed, next try in " + PAUSE_MILLIS + " ms";
  }

  void start() {
    thread.start();
  }

  boolean isClosed() {
    return closed;
  }

  /** Sets the one moment at which it works next; once it is closed, it only ends. */
  synchronized void arm(long boottimeNanos) throws LinuxException {
    timer.arm(closed ? 0 : boottimeNanos);
  }

  private void run() {
    while (!closed) {
      try {
        work.run();
        timer.await();
      } catch (LinuxException | RuntimeException | Error e) {
        // Must not end, for want of heap neither.
        QuietLog.error(failure, e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      // Nobody who knows this thread interrupts it; kept, it would turn each pause into none.
      Thread.interrupted();
    }
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
    try {
      arm(0);
    } catch (LinuxException e) {
      QuietLog.error("timer could not be set", e.getMessage());
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    timer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

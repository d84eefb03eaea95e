package dev.secmem.app.engine;

import dev.secmem.linux.BoottimeTimer;
import dev.secmem.linux.Clock;
import dev.secmem.linux.LinuxException;

/**
 * Looks after the keys of an agent with a mnemonic: locks it when nobody has used it for long
 * enough, and wipes derived keys whose time is over. A thread of its own.
 */
final class IdleLock implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** Derived keys go this late at most. */
  private static final long SWEEP_NANOS = 60_000_000_000L;

  private final LockGate gate;
  private final LockService locks;
  private final KeyVault vault;
  private final long lockAfterNanos;
  private final Runnable listener;
  private final BoottimeTimer timer;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param lockAfterMillis 0: never
   * @param listener hears of each lock
   */
  IdleLock(
      LockGate gate, LockService locks, KeyVault vault, long lockAfterMillis, Runnable listener)
      throws LinuxException {
    this.gate = gate;
    this.locks = locks;
    this.vault = vault;
    this.lockAfterNanos = lockAfterMillis * NANOS_PER_MILLI;
    this.listener = listener;
    this.timer = new BoottimeTimer();
    this.thread = new Thread(this::run, "secmem-idle-lock");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        timer.arm(work());
        if (!closed) {
          timer.await();
        }
      } catch (LinuxException | RuntimeException | Error e) {
        // Must not end: an agent that was to lock itself would stay open.
        LOG.log(System.Logger.Level.ERROR, "idle lock failed, next try in 50 ms: " + e);
        pause();
      }
    }
  }

  /** Does what is due, and answers when to look again. */
  private long work() {
    vault.sweep();
    long now = Clock.boottimeNanos();
    long next = now + SWEEP_NANOS;
    if (lockAfterNanos == 0) {
      return next;
    }
    if (gate.isLocked()) {
      return Math.min(next, now + lockAfterNanos);
    }
    long lastUse = gate.lastUseNanos();
    if (now - lastUse < lockAfterNanos) {
      return Math.min(next, lastUse + lockAfterNanos);
    }
    if (locks.lockUnused(lastUse)) {
      listener.run();
    }
    return now + lockAfterNanos;
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread; the agent stays as it is. */
  @Override
  public void close() {
    closed = true;
    try {
      timer.arm(0);
    } catch (LinuxException e) {
      LOG.log(System.Logger.Level.ERROR, "timer could not be set: " + e.getMessage());
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

package dev.secmem.app.engine;

import dev.secmem.linux.Clock;
import dev.secmem.linux.LinuxException;

/**
 * Looks after the keys of an agent with a mnemonic: locks it when nobody has used it for long
 * enough, and wipes derived keys whose time is over. A thread of its own.
 */
final class IdleLock implements AutoCloseable {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** Derived keys go this late at most. */
  private static final long SWEEP_NANOS = 60_000_000_000L;

  private final LockGate gate;
  private final LockService locks;
  private final KeyVault vault;
  private final long lockAfterNanos;
  private final Runnable listener;
  private final DeadlineThread thread;

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
    this.thread = new DeadlineThread("secmem-idle-lock", this::run);
  }

  void start() {
    thread.start();
  }

  private void run() throws LinuxException {
    thread.arm(work());
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

  /** Ends the thread; the agent stays as it is. */
  @Override
  public void close() {
    thread.close();
  }
}

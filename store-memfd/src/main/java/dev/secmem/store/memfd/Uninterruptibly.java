package dev.secmem.store.memfd;

import java.util.function.BooleanSupplier;

/** Waits that an interrupt does not end: what is waited for must happen before bytes are wiped. */
final class Uninterruptibly {
  private Uninterruptibly() {}

  /**
   * Waits on a monitor that the caller holds. An interrupt is kept for the caller.
   *
   * @param until looked at under the monitor, now and after each notification
   */
  static void await(Object monitor, BooleanSupplier until) {
    boolean interrupted = false;
    while (!until.getAsBoolean()) {
      try {
        monitor.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.secmem.app.it;

import java.util.function.BooleanSupplier;

/** Waiting for what another process does: generously, since only failures wait to the end. */
final class Await {
  private static final long NANOS = 90_000_000_000L;

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > NANOS) {
        throw new AssertionError("waited in vain until " + what);
      }
      sleep(5);
    }
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

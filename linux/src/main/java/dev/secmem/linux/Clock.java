package dev.secmem.linux;

import java.nio.ByteBuffer;

/** Time since boot, sleep included (CLOCK_BOOTTIME, clock_gettime(2)). */
public final class Clock {
  static final int CLOCK_BOOTTIME = 7;

  private static final ThreadLocal<ByteBuffer> TIMESPEC =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(16).order(java.nio.ByteOrder.nativeOrder()));

  private Clock() {}

  /** Nanoseconds since boot. Never goes back, goes on while the machine sleeps. */
  public static long boottimeNanos() {
    ByteBuffer timespec = TIMESPEC.get();
    if (Libc.CLOCK_GETTIME.call(CLOCK_BOOTTIME, NativeLibrary.addressOf(timespec)) != 0) {
      // EINVAL only, on a kernel older than 2.6.39: no time means no expiry, so nothing goes on.
      throw new IllegalStateException(Libc.CLOCK_GETTIME.failure().getMessage());
    }
    return timespec.getLong(0) * 1_000_000_000L + timespec.getLong(8);
  }
}

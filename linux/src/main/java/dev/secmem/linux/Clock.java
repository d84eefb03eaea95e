package dev.secmem.linux;

import java.nio.ByteBuffer;

/** Time since boot, sleep included (CLOCK_BOOTTIME, clock_gettime(2)). */
public final class Clock {
  static final int CLOCK_BOOTTIME = 7;

  /**
   * A struct timespec of one thread, and where it lies: asking for that costs as much as the call.
   */
  private static final class Timespec {
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(16).order(java.nio.ByteOrder.nativeOrder());
    private final long address = NativeLibrary.addressOf(buffer);
  }

  private static final ThreadLocal<Timespec> TIMESPEC = ThreadLocal.withInitial(Timespec::new);

  private Clock() {}

  /** Nanoseconds since boot. Never goes back, goes on while the machine sleeps. */
  public static long boottimeNanos() {
    Timespec timespec = TIMESPEC.get();
    if (Libc.CLOCK_GETTIME.call(CLOCK_BOOTTIME, timespec.address) != 0) {
      // EINVAL only, on a kernel older than 2.6.39: no time means no expiry, so nothing goes on.
      throw new IllegalStateException(Libc.CLOCK_GETTIME.failure().getMessage());
    }
    return timespec.buffer.getLong(0) * 1_000_000_000L + timespec.buffer.getLong(8);
  }
}

package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A timer on {@link Clock}'s time (timerfd_create(2)), so that a deadline which passed while the
 * machine slept fires on waking.
 *
 * <p>Any thread may arm it; one thread waits. Who closes it makes sure that nobody waits any more.
 */
public final class BoottimeTimer implements AutoCloseable {
  private static final int TFD_CLOEXEC = 0x80000;
  private static final int TFD_TIMER_ABSTIME = 1;

  private final int fd;
  private final ByteBuffer expirations = ByteBuffer.allocateDirect(8);
  private boolean closed;

  public BoottimeTimer() throws LinuxException {
    fd = Libc.TIMERFD_CREATE.check(Libc.TIMERFD_CREATE.call(Clock.CLOCK_BOOTTIME, TFD_CLOEXEC));
  }

  /** Sets the one moment at which it fires, replacing an earlier one; a past one fires at once. */
  public void arm(long boottimeNanos) throws LinuxException {
    ByteBuffer spec = CallFrame.buffer(32).order(ByteOrder.nativeOrder());
    // All zeroes would disarm it: the first nanosecond after boot is past just as well.
    long at = Math.max(1, boottimeNanos);
    spec.putLong(16, at / 1_000_000_000L).putLong(24, at % 1_000_000_000L);
    Libc.TIMERFD_SETTIME.check(
        Libc.TIMERFD_SETTIME.call(fd, TFD_TIMER_ABSTIME, NativeLibrary.addressOf(spec), 0));
  }

  /** Waits until it fires. */
  public void await() throws LinuxException {
    Descriptor.read(fd, expirations.clear());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(fd);
    }
  }
}

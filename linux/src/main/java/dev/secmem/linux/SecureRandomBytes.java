package dev.secmem.linux;

import java.nio.ByteBuffer;

/** The kernel's random source (getrandom(2)). */
public final class SecureRandomBytes {
  private SecureRandomBytes() {}

  /** Fills a direct buffer from position to limit; the position moves to the limit. */
  public static void fill(ByteBuffer target) throws LinuxException {
    while (target.hasRemaining()) {
      long count = Libc.GETRANDOM.call(NativeLibrary.addressOf(target), target.remaining(), 0);
      if (count == -1 && NativeFunction.errno() == Errno.EINTR) {
        continue;
      }
      target.position(target.position() + (int) Libc.GETRANDOM.checkLong(count));
    }
  }
}

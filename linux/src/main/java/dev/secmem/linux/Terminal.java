package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal that does not show what is typed, until close restores it as it was (termios(3)).
 *
 * <p>Close is idempotent, never throws, and may be called from a shutdown hook: it is safe for use
 * by multiple concurrent threads. The descriptor stays the caller's.
 */
public final class Terminal implements AutoCloseable {
  // The C library's struct has 60 bytes; the flags are its first four words.
  private static final int TERMIOS_BYTES = 256;
  private static final int LOCAL_FLAGS = 12;
  private static final int ECHO = 0x08;
  private static final int ECHONL = 0x40;

  /** After what was written is out; what was typed ahead is dropped, for it was shown. */
  private static final int TCSAFLUSH = 2;

  private final int fd;
  private final ByteBuffer original;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Terminal(int fd, ByteBuffer original) {
    this.fd = fd;
    this.original = original;
  }

  /** Whether a descriptor is a terminal. */
  public static boolean isTerminal(int fd) {
    return Functions.ISATTY.call(fd) == 1;
  }

  /**
   * Stops showing what is typed.
   *
   * @return what the caller closes to restore it
   * @throws LinuxException ENOTTY if it is no terminal
   */
  public static Terminal withoutEcho(int fd) throws LinuxException {
    ByteBuffer original = ByteBuffer.allocateDirect(TERMIOS_BYTES).order(ByteOrder.nativeOrder());
    Functions.TCGETATTR.check(Functions.TCGETATTR.call(fd, NativeLibrary.addressOf(original)));
    Terminal terminal = new Terminal(fd, original);
    ByteBuffer quiet = ByteBuffer.allocateDirect(TERMIOS_BYTES).order(ByteOrder.nativeOrder());
    quiet.put(original.duplicate()).flip();
    quiet.putInt(LOCAL_FLAGS, quiet.getInt(LOCAL_FLAGS) & ~(ECHO | ECHONL));
    Functions.TCSETATTR.check(
        Functions.TCSETATTR.call(fd, TCSAFLUSH, NativeLibrary.addressOf(quiet)));
    return terminal;
  }

  /** Restores what it was. A terminal that has gone needs no restoring. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Functions.TCSETATTR.call(fd, TCSAFLUSH, NativeLibrary.addressOf(original));
    }
  }

  /** Looked up by who asks for a terminal only: a look-up costs a short-lived command time. */
  private static final class Functions {
    static final NativeFunction ISATTY = Libc.libc("isatty", 1);
    static final NativeFunction TCGETATTR = Libc.libc("tcgetattr", 2);
    static final NativeFunction TCSETATTR = Libc.libc("tcsetattr", 3);
  }
}

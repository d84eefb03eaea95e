package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal that does not show what is typed, or gives each key at once, until close restores it
 * as it was (termios(3)).
 *
 * <p>Close is idempotent, never throws, and may be called from a shutdown hook: it is safe for use
 * by multiple concurrent threads. The descriptor stays the caller's.
 */
public final class Terminal implements AutoCloseable {
  // The C library's struct has 60 bytes; the flags are its first four words.
  private static final int TERMIOS_BYTES = 256;
  private static final int INPUT_FLAGS = 0;
  private static final int LOCAL_FLAGS = 12;
  private static final int CONTROL_CHARACTERS = 17;
  private static final int VTIME = 5;
  private static final int VMIN = 6;
  private static final int IXON = 0x400;
  private static final int ISIG = 0x01;
  private static final int ICANON = 0x02;
  private static final int ECHO = 0x08;
  private static final int ECHONL = 0x40;
  private static final int IEXTEN = 0x8000;
  private static final int TIOCGWINSZ = 0x5413;
  private static final int POLLIN = 1;

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
    ByteBuffer changed = attributes(fd);
    Terminal terminal = new Terminal(fd, attributes(fd));
    changed.putInt(LOCAL_FLAGS, changed.getInt(LOCAL_FLAGS) & ~(ECHO | ECHONL));
    set(fd, changed);
    return terminal;
  }

  /**
   * Gives every key as it is pressed, Ctrl-C and Ctrl-Z included, and shows none. What is written
   * to the terminal is treated as before.
   *
   * @return what the caller closes to restore it
   * @throws LinuxException ENOTTY if it is no terminal
   */
  public static Terminal withKeys(int fd) throws LinuxException {
    ByteBuffer changed = attributes(fd);
    Terminal terminal = new Terminal(fd, attributes(fd));
    changed.putInt(INPUT_FLAGS, changed.getInt(INPUT_FLAGS) & ~IXON);
    changed.putInt(
        LOCAL_FLAGS, changed.getInt(LOCAL_FLAGS) & ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN));
    changed.put(CONTROL_CHARACTERS + VMIN, (byte) 1).put(CONTROL_CHARACTERS + VTIME, (byte) 0);
    set(fd, changed);
    return terminal;
  }

  /**
   * How many rows and columns it shows now (TIOCGWINSZ).
   *
   * @return zeroes where nobody has told it
   * @throws LinuxException ENOTTY if it is no terminal
   */
  public static Size size(int fd) throws LinuxException {
    ByteBuffer size = CallFrame.buffer(8);
    Libc.IOCTL.check(Libc.IOCTL.call(fd, TIOCGWINSZ, NativeLibrary.addressOf(size)));
    return new Size(size.getShort(0) & 0xffff, size.getShort(2) & 0xffff);
  }

  /**
   * Waits until there is something to read, the end included (poll(2)).
   *
   * @return whether there is; false after that time, and after a signal
   */
  public static boolean awaitKey(int fd, int timeoutMillis) throws LinuxException {
    ByteBuffer poll = CallFrame.buffer(8).putInt(0, fd).putShort(4, (short) POLLIN);
    long ready = Libc.POLL.call(NativeLibrary.addressOf(poll), 1, timeoutMillis);
    if (ready == -1 && NativeFunction.errno() == Errno.EINTR) {
      return false;
    }
    return Libc.POLL.check(ready) > 0;
  }

  /** Rows and columns of characters. */
  public record Size(int rows, int columns) {}

  private static ByteBuffer attributes(int fd) throws LinuxException {
    ByteBuffer attributes = ByteBuffer.allocateDirect(TERMIOS_BYTES).order(ByteOrder.nativeOrder());
    Functions.TCGETATTR.check(Functions.TCGETATTR.call(fd, NativeLibrary.addressOf(attributes)));
    return attributes;
  }

  private static void set(int fd, ByteBuffer attributes) throws LinuxException {
    Functions.TCSETATTR.check(
        Functions.TCSETATTR.call(fd, TCSAFLUSH, NativeLibrary.addressOf(attributes)));
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

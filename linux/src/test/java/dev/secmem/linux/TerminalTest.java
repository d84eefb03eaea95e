package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a pseudo-terminal of the test's own (pty(7)). */
final class TerminalTest {
  private static final int O_RDWR = 2;
  private static final int O_NOCTTY = 0x100;
  private static final int TIOCSPTLCK = 0x40045431;
  private static final int TIOCGPTN = 0x80045430;
  private static final int ECHO = 0x08;

  private int keyboard;
  private int terminal;

  @BeforeEach
  void open() throws LinuxException {
    keyboard = Kernel.open("/dev/ptmx", O_RDWR | O_NOCTTY);
    ByteBuffer number = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    long at = NativeLibrary.addressOf(number);
    Libc.IOCTL.check(Libc.IOCTL.call(keyboard, TIOCSPTLCK, at));
    Libc.IOCTL.check(Libc.IOCTL.call(keyboard, TIOCGPTN, at));
    terminal = Kernel.open("/dev/pts/" + number.getInt(0), O_RDWR | O_NOCTTY);
    UnsafeReads.nonBlocking(keyboard);
  }

  @AfterEach
  void close() {
    Descriptor.close(terminal);
    Descriptor.close(keyboard);
  }

  @Test
  void aTerminalIsToldFromWhatIsNone() throws LinuxException {
    assertTrue(Terminal.isTerminal(terminal));
    int fd = Memfd.create();
    assertFalse(Terminal.isTerminal(fd));
    LinuxException failure = assertThrows(LinuxException.class, () -> Terminal.withoutEcho(fd));
    assertEquals("tcgetattr", failure.call());
    Descriptor.close(fd);
    assertFalse(Terminal.isTerminal(-1));
  }

  @Test
  void whatIsTypedIsShownOnlyBeforeAndAfter() throws LinuxException {
    assertEquals("open\r\n", typed("open\n"));
    Terminal quiet = Terminal.withoutEcho(terminal);
    assertEquals("", typed("secret\n"));
    quiet.close();
    assertEquals("shown\r\n", typed("shown\n"));
  }

  @Test
  void closeRestoresAllThatWasOnceOnly() throws LinuxException {
    int before = flags();
    assertTrue((before & ECHO) != 0);
    Terminal quiet = Terminal.withoutEcho(terminal);
    assertEquals(before & ~ECHO, flags() & ~0x40);
    quiet.close();
    assertEquals(before, flags());
    Terminal other = Terminal.withoutEcho(terminal);
    quiet.close(); // must not undo what another one did since
    assertEquals(0, flags() & ECHO);
    other.close();
  }

  /** Types text and tells what the terminal shows. */
  private String typed(String text) throws LinuxException {
    Descriptor.write(keyboard, Kernel.direct(text));
    ByteBuffer line = ByteBuffer.allocateDirect(64);
    Descriptor.read(terminal, line); // by then it was shown, or not
    assertEquals(text, Kernel.text(line.flip()));
    ByteBuffer shown = ByteBuffer.allocateDirect(64);
    try {
      Descriptor.read(keyboard, shown);
    } catch (LinuxException e) {
      assertEquals(Errno.EAGAIN, e.errno());
    }
    return Kernel.text(shown.flip());
  }

  private int flags() throws LinuxException {
    ByteBuffer termios = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
    NativeFunction get = Libc.libc("tcgetattr", 2);
    get.check(get.call(terminal, NativeLibrary.addressOf(termios)));
    return termios.getInt(12);
  }

  private static final class UnsafeReads {
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    static void nonBlocking(int fd) throws LinuxException {
      Libc.FCNTL.check(Libc.FCNTL.call(fd, F_SETFL, O_RDWR | O_NONBLOCK));
    }
  }
}

package dev.secmem.app.ctl;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A value typed on a terminal, one line that is not shown. */
final class PromptedValue implements ValueSource {
  private static final int FIRST_BYTES = 4096;

  private final int fd;
  private boolean ended;

  private PromptedValue(int fd) {
    this.fd = fd;
  }

  /**
   * Asks.
   *
   * @param question shown as it is
   * @return the line without its newline; the caller closes it
   */
  static Value read(String question, int fd) throws LinuxException, IOException, CtlException {
    // Who interrupts the prompt must get the terminal back as it was.
    Terminal terminal = Terminal.withoutEcho(fd);
    Thread restore = new Thread(terminal::close);
    Runtime.getRuntime().addShutdownHook(restore);
    try {
      // Only now: what is typed once the question is there is not shown.
      System.err.print(question);
      System.err.flush();
      Value value = ValueSource.readAll(new PromptedValue(fd), FIRST_BYTES);
      ByteBuffer bytes = value.bytes();
      if (bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\n') {
        bytes.limit(bytes.limit() - 1);
      }
      return value;
    } finally {
      terminal.close();
      Runtime.getRuntime().removeShutdownHook(restore);
      System.err.println();
    }
  }

  @Override
  public int read(ByteBuffer target) throws LinuxException {
    if (ended) {
      return 0;
    }
    int count = Descriptor.read(fd, target);
    // The terminal gives a line at a time; the line's end is the value's.
    ended = count == 0 || target.get(target.position() - 1) == '\n';
    return count;
  }
}

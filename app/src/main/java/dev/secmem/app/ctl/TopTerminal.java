package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.util.List;

/**
 * The terminal while top has it: its second screen, no cursor, keys as they are pressed. Close
 * gives it back as it was, whoever calls it: the command's end, or the JVM's when a signal ends it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Close is
 * idempotent and never throws.
 */
final class TopTerminal implements AutoCloseable {
  private static final int KEYBOARD = 0;

  /** The size that a terminal has had since there are any. */
  private static final Terminal.Size USUAL = new Terminal.Size(24, 80);

  private static final String ENTER = "\033[?1049h\033[?25l\033[?7l\033[H\033[J";
  private static final String LEAVE = "\033[0m\033[?7h\033[?25h\033[?1049l";

  private final Terminal keys;
  private final boolean dumb;
  private final Thread whenEnded = new Thread(this::restore);
  private boolean closed;

  private TopTerminal(Terminal keys, boolean dumb) {
    this.keys = keys;
    this.dumb = dumb;
  }

  /**
   * Takes the terminal.
   *
   * @param dumb whether it can only print lines: they follow each other then
   */
  static TopTerminal open(boolean dumb) throws LinuxException, IOException {
    TopTerminal terminal = new TopTerminal(Terminal.withKeys(KEYBOARD), dumb);
    Runtime.getRuntime().addShutdownHook(terminal.whenEnded);
    try {
      terminal.print(dumb ? "" : ENTER);
      return terminal;
    } catch (IOException e) {
      terminal.close();
      throw e;
    }
  }

  Terminal.Size size() throws LinuxException {
    Terminal.Size size = Terminal.size(Stdout.FD);
    return size.rows() == 0 || size.columns() == 0 ? USUAL : size;
  }

  /** Shows lines, as many as there are rows. */
  void draw(List<String> lines) throws IOException {
    if (dumb) {
      print(String.join("\n", lines) + "\n\n");
      return;
    }
    // Line by line over what is there: nothing flickers. Each line is cleared first, since after
    // one
    // that fills it the cursor still stands on its last column.
    print("\033[H\033[K" + String.join("\r\n\033[K", lines));
  }

  private synchronized void print(String text) throws IOException {
    if (!closed) {
      Stdout.write(text);
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(whenEnded);
    } catch (IllegalStateException e) {
      // The JVM is ending already, and runs it: there was nothing left to do.
    }
  }

  private synchronized void restore() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Stdout.write(dumb ? "" : LEAVE);
    } catch (IOException e) {
      // A terminal that has gone needs no restoring.
    }
    keys.close();
  }
}

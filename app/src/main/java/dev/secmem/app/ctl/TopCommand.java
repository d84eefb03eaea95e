package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;

/** {@code secmemctl top}. */
final class TopCommand {
  private static final long DEFAULT_INTERVAL_MILLIS = 2000;
  private static final long SHORTEST_INTERVAL_MILLIS = 100;
  private static final long NANOS = 1_000_000;

  /** How soon a changed size of the window shows. */
  private static final long LOOK_MILLIS = 250;

  /** Of the time, at most a tenth is spent asking: a list can be very long. */
  private static final int IDLE_SHARE = 9;

  private static final int PAGE = 10;
  private static final int KEYBOARD = 0;

  private final long intervalMillis;
  private final TopState state = new TopState(ProcessHandle.current().pid());
  private final TopScreen screen = new TopScreen(Colors.forStdout());
  private final boolean dumb = Colors.isDumb(System.getenv("TERM"));

  private TopCommand(long intervalMillis) {
    this.intervalMillis = intervalMillis;
  }

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String given = arguments.value(CtlSyntax.INTERVAL);
    long interval = given == null ? DEFAULT_INTERVAL_MILLIS : Duration.parseMillis(given);
    if (interval < SHORTEST_INTERVAL_MILLIS) {
      throw new UsageException("--interval takes 100ms or more, not '" + given + "'");
    }
    if (!Terminal.isTerminal(Stdout.FD) || !Terminal.isTerminal(KEYBOARD)) {
      throw new UsageException(
          "top needs a terminal for its screen and its keys; 'secmemctl status' and 'secmemctl"
              + " metrics' print the same facts anywhere");
    }
    try (TopAgent agent = new TopAgent(arguments)) {
      new TopCommand(interval).show(agent);
    }
  }

  private void show(TopAgent agent)
      throws UsageException, CtlException, LinuxException, IOException {
    agent.refresh(state);
    long next = System.nanoTime() + intervalMillis * NANOS;
    try (TopTerminal terminal = TopTerminal.open(dumb)) {
      Terminal.Size size = draw(terminal);
      while (true) {
        long waitMillis = Math.max(0, (next - System.nanoTime()) / NANOS);
        boolean pressed = Terminal.awaitKey(KEYBOARD, (int) Math.min(LOOK_MILLIS, waitMillis));
        if (pressed && !obey(readKey())) {
          return;
        }
        boolean due = System.nanoTime() - next >= 0;
        if (due) {
          long begin = System.nanoTime();
          agent.refresh(state);
          long end = System.nanoTime();
          next = end + Math.max(intervalMillis * NANOS, (end - begin) * IDLE_SHARE);
        }
        // Lines that were printed stay: only what is new is worth more of them.
        if (due || !dumb && (pressed || !size.equals(terminal.size()))) {
          size = draw(terminal);
        }
      }
    }
  }

  private Terminal.Size draw(TopTerminal terminal) throws LinuxException, IOException {
    Terminal.Size size = terminal.size();
    String clock = LocalTime.now().truncatedTo(ChronoUnit.SECONDS).toString();
    // 12:30:00 is printed as 12:30 otherwise.
    String full = clock.length() == 5 ? clock + ":00" : clock;
    terminal.draw(screen.lines(state, size.rows(), size.columns(), full));
    return size;
  }

  private static TopKey readKey() throws LinuxException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(64);
    Descriptor.read(KEYBOARD, bytes);
    return TopKey.of(bytes.flip());
  }

  /** Whether to go on. */
  private boolean obey(TopKey key) {
    switch (key) {
      case QUIT:
        return false;
      case SORT:
        screen.toggleOrder();
        break;
      case UP:
        screen.scroll(-1);
        break;
      case DOWN:
        screen.scroll(1);
        break;
      case PAGE_UP:
        screen.scroll(-PAGE);
        break;
      case PAGE_DOWN:
        screen.scroll(PAGE);
        break;
      default:
        break;
    }
    return true;
  }
}

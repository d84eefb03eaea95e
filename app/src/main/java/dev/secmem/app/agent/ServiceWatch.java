package dev.secmem.app.agent;

import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.app.engine.Engine;
import dev.secmem.app.engine.EngineCounts;
import dev.secmem.app.engine.QuietLog;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Looks every few seconds whether clients still reach the agent, tells the service manager, and
 * ends the agent when it has lost its place or nobody needs it any more: by a number in {@link
 * Signals}.
 *
 * <p>With a COMMAND the agent never ends before it, whatever becomes of the socket.
 */
final class ServiceWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.secmem.agent");

  /** Below every signal, and below {@link Command#ENDED}. */
  private static final int END_WELL = -1;

  private static final int END_BADLY = -2;

  private static final long ANSWER_MILLIS = 10_000;
  private static final long LONGEST_PAUSE_MILLIS = 3_600_000;

  private final TransportServer server;
  private final Engine engine;
  private final ServiceManager manager;
  private final IntConsumer end;
  private final ServiceSettings settings;
  private final boolean command;
  private final long intervalMillis;
  private final long answerMillis;
  private final Thread thread = new Thread(this::run, "secmem-watch");

  private AddressCheck.State last = AddressCheck.State.HELD;
  private long aliveNanos = System.nanoTime();
  private boolean closed;

  /**
   * @param end takes the number by which the agent is to end: {@link Signals#raise}
   */
  ServiceWatch(
      TransportServer server,
      Engine engine,
      ServiceManager manager,
      IntConsumer end,
      ServiceSettings settings,
      boolean command) {
    this.server = server;
    this.engine = engine;
    this.manager = manager;
    this.end = end;
    this.settings = settings;
    this.command = command;
    long half = manager.watchdogMillis() == 0 ? Long.MAX_VALUE : manager.watchdogMillis() / 2;
    this.intervalMillis = Math.max(1, Math.min(settings.socketCheckMillis(), half));
    this.answerMillis = Math.max(1, Math.min(ANSWER_MILLIS, half));
    thread.setDaemon(true);
  }

  /** Tells the manager that the agent is ready, and begins to look. */
  void start() {
    manager.ready(statusText());
    thread.start();
  }

  /** Whether a number from {@link Signals} is this class's. */
  static boolean isEnd(int signal) {
    return signal == END_WELL || signal == END_BADLY;
  }

  /** The exit code that it means. */
  static int exitCode(int signal) {
    return signal == END_WELL ? 0 : 1;
  }

  private void run() {
    boolean told = false;
    try {
      while (!told && pause()) {
        told = lookSafely();
      }
      told |= isClosed();
    } finally {
      if (!told) {
        // Nobody would notice any more that the socket is gone, or that the agent is idle.
        if (!command) {
          end.accept(END_BADLY);
        }
        LOG.log(System.Logger.Level.ERROR, "the watch of the socket ended");
      }
    }
  }

  private boolean lookSafely() {
    try {
      return look() || retire();
    } catch (RuntimeException | Error e) {
      // For want of heap, most likely; the next look may do. Without a sign of life meanwhile.
      QuietLog.error("the look at the socket failed", e);
      return false;
    }
  }

  private long idleNanos() {
    try {
      return settings.exitAfterMillis() == 0 ? -1 : engine.idleNanos();
    } catch (RuntimeException | Error e) {
      return -1; // the next pause will know
    }
  }

  /** Waits for the next look; false if there is none. */
  private synchronized boolean pause() {
    long left = intervalMillis;
    long idleNanos = idleNanos();
    if (idleNanos >= 0) {
      left = Math.min(left, settings.exitAfterMillis() - idleNanos / 1_000_000);
    }
    left = Math.min(LONGEST_PAUSE_MILLIS, Math.max(1, left));
    long until = System.nanoTime() + left * 1_000_000;
    while (!closed && until - System.nanoTime() > 0) {
      try {
        wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        Thread.interrupted(); // nobody who knows this thread interrupts it
      }
    }
    return !closed;
  }

  /** Looks at the socket; true if the agent is to end. */
  private boolean look() {
    AddressCheck check = server.checkAddress(answerMillis);
    if (isClosed()) {
      return true;
    }
    boolean news = check.state() != last;
    last = check.state();
    switch (check.state()) {
      case HELD -> {
        if (news) {
          LOG.log(System.Logger.Level.INFO, "the socket leads here");
        }
        tellAlive();
      }
      case RESTORED -> {
        LOG.log(System.Logger.Level.WARNING, check.detail());
        tellAlive();
      }
      case GONE -> {
        return lost(check, news, END_WELL, "; wiping everything and stopping");
      }
      case TAKEN -> {
        return lost(check, news, END_BADLY, "; stopping, for clients do not come here any more");
      }
      default -> {
        if (news) {
          LOG.log(System.Logger.Level.WARNING, check.detail());
        }
      }
    }
    return false;
  }

  private boolean lost(AddressCheck check, boolean news, int number, String what) {
    if (command) {
      if (news) {
        LOG.log(System.Logger.Level.WARNING, check.detail() + "; no new client can come");
      }
      tellAlive(); // the agent stays for its command, which a restart would end
      return false;
    }
    LOG.log(System.Logger.Level.WARNING, check.detail() + what);
    this.end.accept(number);
    return true;
  }

  private void tellAlive() {
    manager.status(statusText());
    if (manager.watchdogMillis() == 0) {
      return;
    }
    long now = System.nanoTime();
    long next = (now - aliveNanos) / 1_000_000 + intervalMillis;
    if (next > manager.watchdogMillis() / 2) {
      manager.alive();
      aliveNanos = now;
    }
  }

  private boolean retire() {
    long limitMillis = settings.exitAfterMillis();
    if (limitMillis == 0 || !engine.retireIfIdle(TimeUnit.MILLISECONDS.toNanos(limitMillis))) {
      return false;
    }
    LOG.log(System.Logger.Level.INFO, "stopping: no secrets and no clients since --exit-after");
    end.accept(END_WELL);
    return true;
  }

  private String statusText() {
    EngineCounts counts = engine.counts();
    return counts.secrets() + " secrets, " + counts.connections() + " connections";
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends it soon; what it still finds is not acted on. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}

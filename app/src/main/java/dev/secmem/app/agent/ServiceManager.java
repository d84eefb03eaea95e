package dev.secmem.app.agent;

import dev.secmem.api.Syntax;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixDatagram;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The manager that started this process, such as systemd, and what it is told (sd_notify(3),
 * sd_watchdog_enabled(3)). Where there is none, nothing happens.
 *
 * <p>RELOADING is never said: all that the agent is told at its start is in its command line.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class ServiceManager {
  /** The variables of a service manager's: meant for this process, not for one that it starts. */
  static final List<String> VARIABLES =
      List.of(
          "NOTIFY_SOCKET",
          "WATCHDOG_USEC",
          "WATCHDOG_PID",
          "LISTEN_PID",
          "LISTEN_FDS",
          "LISTEN_FDNAMES",
          "LISTEN_PIDFDID");

  private static final System.Logger LOG = System.getLogger("dev.secmem.agent");

  /** How long a manager that takes no messages may hold up the one who sends. */
  private static final long SEND_MILLIS = 2000;

  private final String socket;
  private final long watchdogMillis;
  private String status = "";
  private boolean failed;

  private ServiceManager(String socket, long watchdogMillis) {
    this.socket = socket;
    this.watchdogMillis = watchdogMillis;
  }

  /**
   * The manager that the environment tells of.
   *
   * @param environment looks up a variable, null where it is not set
   * @param pid of this process
   */
  static ServiceManager of(UnaryOperator<String> environment, long pid) {
    String socket = environment.apply("NOTIFY_SOCKET");
    if (socket == null || socket.isEmpty()) {
      return new ServiceManager(null, 0);
    }
    if (!socket.startsWith("/") && !socket.startsWith("@")) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the service manager is told nothing: NOTIFY_SOCKET is neither a path nor an @name");
      return new ServiceManager(null, 0);
    }
    return new ServiceManager(socket, watchdogMillis(environment, pid));
  }

  private static long watchdogMillis(UnaryOperator<String> environment, long pid) {
    String interval = environment.apply("WATCHDOG_USEC");
    String target = environment.apply("WATCHDOG_PID");
    if (interval == null || (target != null && Syntax.number(target) != pid)) {
      return 0;
    }
    long micros = Syntax.number(interval);
    if (micros == Syntax.NOT_A_NUMBER || micros == 0) {
      LOG.log(System.Logger.Level.WARNING, "no watchdog: WATCHDOG_USEC is no time");
      return 0;
    }
    return Math.max(1, micros / 1000);
  }

  /** How soon it expects a sign of life after the last one; 0 if it expects none. */
  long watchdogMillis() {
    return watchdogMillis;
  }

  /** The agent serves. */
  void ready(String text) {
    status = text;
    send("READY=1\nSTATUS=" + text);
  }

  /** What {@code systemctl status} is to show: counts, never a name. Told if it changed. */
  synchronized void status(String text) {
    if (!text.equals(status)) {
      status = text;
      send("STATUS=" + text);
    }
  }

  /** The agent answered just now. */
  void alive() {
    send("WATCHDOG=1");
  }

  /** The agent is about to end. */
  void stopping() {
    send("STOPPING=1\nSTATUS=wiping");
  }

  private synchronized void send(String message) {
    if (socket == null) {
      return;
    }
    try {
      UnixDatagram.send(socket, message.getBytes(StandardCharsets.UTF_8), SEND_MILLIS);
      failed = false;
    } catch (LinuxException | IllegalArgumentException e) {
      if (!failed) {
        failed = true;
        LOG.log(
            System.Logger.Level.WARNING, "the service manager cannot be told: " + e.getMessage());
      }
    }
  }
}

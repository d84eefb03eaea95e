package dev.secmem.transport.uds.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The transport's log. What a handler throws may carry anything in its message, so only classes and
 * places are logged of it.
 */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("dev.secmem.transport.uds");
  private static final int MAX_FRAMES = 12;
  private static final long SELDOM_NANOS = 1_000_000_000L;
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - SELDOM_NANOS);

  private Log() {}

  static void debug(String message) {
    LOGGER.log(System.Logger.Level.DEBUG, message);
  }

  static void warning(String message) {
    LOGGER.log(System.Logger.Level.WARNING, message);
  }

  /** What clients can bring about as often as they like: said once a second at most. */
  static void seldom(String message) {
    long last = LAST.get();
    long now = System.nanoTime();
    if (now - last >= SELDOM_NANOS && LAST.compareAndSet(last, now)) {
      warning(message);
    }
  }

  /** A failure that nobody foresaw. */
  static void error(String what, Throwable cause) {
    LOGGER.log(System.Logger.Level.ERROR, () -> what + describe(cause));
  }

  private static String describe(Throwable cause) {
    StringBuilder text = new StringBuilder();
    // A chain of causes can be a ring.
    int depth = 0;
    for (Throwable t = cause; t != null && depth < 4; t = t.getCause(), depth++) {
      text.append(depth == 0 ? ": " : "; caused by ").append(t.getClass().getName());
      StackTraceElement[] frames = t.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
        text.append(System.lineSeparator()).append("  at ").append(frames[i]);
      }
    }
    return text.toString();
  }
}

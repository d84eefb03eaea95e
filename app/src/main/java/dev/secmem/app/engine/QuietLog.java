package dev.secmem.app.engine;

/** Logs failures as far as there is heap for it: what goes on matters more than the log. */
public final class QuietLog {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");

  private QuietLog() {}

  /** Logs an error, or nothing; never fails. */
  public static void error(String what, Object cause) {
    try {
      LOG.log(System.Logger.Level.ERROR, what + ": " + cause);
    } catch (RuntimeException | Error e) {
      // For want of heap, most likely.
    }
  }
}

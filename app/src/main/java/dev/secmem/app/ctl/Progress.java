package dev.secmem.app.ctl;

import dev.secmem.linux.Terminal;

/** How far a long work is, on a terminal only and only once it has taken a second. Confined. */
final class Progress implements AutoCloseable {
  private static final int STDERR = 2;
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long STEP_NANOS = 100_000_000L;

  private final String what;
  private final int total;
  private final boolean terminal = Terminal.isTerminal(STDERR);
  private long next = System.nanoTime() + PATIENCE_NANOS;
  private boolean shown;

  /** Of so many; {@code what} is for example {@code secrets imported}. */
  Progress(String what, int total) {
    this.what = what;
    this.total = total;
  }

  /** Tells that so many are done. */
  void done(int count) {
    if (terminal && System.nanoTime() - next >= 0) {
      next = System.nanoTime() + STEP_NANOS;
      shown = true;
      System.err.print("\r" + count + " of " + total + " " + what);
      System.err.flush();
    }
  }

  /** Leaves the line as it was before. */
  @Override
  public void close() {
    if (shown) {
      System.err.print("\r\033[K");
      System.err.flush();
    }
  }
}

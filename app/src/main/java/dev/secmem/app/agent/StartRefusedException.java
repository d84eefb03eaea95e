package dev.secmem.app.agent;

/** The agent does not start, because something that was asked for cannot be had. */
final class StartRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  StartRefusedException(String message) {
    this(message, 1);
  }

  StartRefusedException(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}

package dev.secmem.app.ctl;

/** A failure of secmemctl's own side, with its exit code. The message says what to do. */
final class CtlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CtlException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}

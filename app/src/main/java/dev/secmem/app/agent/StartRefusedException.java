package dev.secmem.app.agent;

/** The agent does not start, because something that was asked for cannot be had. */
final class StartRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  StartRefusedException(String message) {
    super(message, null, false, false);
  }
}

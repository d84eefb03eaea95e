package dev.secmem.app.keys;

/** What was given is no envelope. Its message, for people, holds nothing of it. */
public final class EnvelopeException extends Exception {
  private static final long serialVersionUID = 1L;

  EnvelopeException(String message) {
    super(message);
  }
}

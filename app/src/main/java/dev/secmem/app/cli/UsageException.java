package dev.secmem.app.cli;

import java.util.Objects;

/**
 * A command line that is not understood: exit code 2. An everyday answer, so it carries no stack
 * trace. The message starts in lower case and says what would be understood.
 */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(Objects.requireNonNull(message), null, false, false);
  }
}

package dev.secmem.api.transport;

import dev.secmem.api.ErrorCode;
import java.util.Objects;

/** A request that is answered by {@code ERR}: an everyday answer, so it carries no stack trace. */
public final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * @param message English, for people, printable ASCII; it holds no secret and no address
   */
  public RequestException(ErrorCode code, String message) {
    super(Objects.requireNonNull(message), null, false, false);
    this.code = Objects.requireNonNull(code);
  }

  public ErrorCode code() {
    return code;
  }
}

package dev.secmem.api.client;

import dev.secmem.api.ErrorCode;
import java.util.Objects;
import java.util.Optional;

/** A request that the agent refused, or an agent that could not be reached or trusted. */
public final class SecretClientException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was. */
  public enum Reason {
    /** The agent answered {@code ERR}: {@link SecretClientException#code} says which. */
    REFUSED,
    /** Nobody serves at the address, or the connection broke. */
    NO_AGENT,
    /** Somebody serves there who is not trusted; nothing was sent. */
    NOT_TRUSTED,
    /** The reply did not come in time, or is none of this protocol. */
    BAD_REPLY,
    /** A system call of the client's own side failed. */
    FAILED
  }

  private final Reason reason;
  private final ErrorCode code;

  /** A refusal by the agent. */
  public SecretClientException(ErrorCode code, String message) {
    super(message);
    this.reason = Reason.REFUSED;
    this.code = Objects.requireNonNull(code);
  }

  /** Any other failure. */
  public SecretClientException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason);
    this.code = null;
  }

  public Reason reason() {
    return reason;
  }

  /** The agent's error code, when {@link #reason} is {@code REFUSED}. */
  public Optional<ErrorCode> code() {
    return Optional.ofNullable(code);
  }
}

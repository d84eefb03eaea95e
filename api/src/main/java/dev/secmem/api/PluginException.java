package dev.secmem.api;

import java.util.Objects;

/**
 * An operating failure of a plugin: something outside the caller's program went wrong. Misuse is
 * told by {@link NullPointerException}, {@link IllegalArgumentException} and {@link
 * IllegalStateException} instead.
 *
 * <p>Messages start in lower case and hold no secret, no key and no memory address.
 */
public class PluginException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was, for a program to act on. */
  public enum Reason {
    /** No such record. */
    NOT_FOUND,
    /** A record of that id is there already. */
    EXISTS,
    /** A limit is reached: bytes, records, descriptors or memory that cannot be had now. */
    NO_SPACE,
    /** What was read is not what was written: a wrong key, other associated data, damage. */
    AUTHENTICATION_FAILED,
    /** A key has sealed as often as it may; a new key is needed. */
    KEY_EXHAUSTED,
    /** The plugin, or a part it needs, cannot work on this machine. */
    UNAVAILABLE,
    /** The object was closed, or was closed while the call ran. */
    CLOSED,
    /** The operating system or a library failed in another way. */
    FAILED
  }

  private final Reason reason;

  public PluginException(Reason reason, String message) {
    this(reason, message, null);
  }

  public PluginException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason);
  }

  public final Reason reason() {
    return reason;
  }
}

package dev.secmem.api;

import java.util.Locale;

/** The error codes of the wire protocol (docs/PROTOCOL.md, "Errors"). */
public enum ErrorCode {
  NOT_FOUND,
  EXPIRED,
  DENIED,
  EXISTS,
  CONFLICT,
  LOCKED,
  TOO_LARGE,
  QUOTA,
  BAD_REQUEST,
  UNKNOWN_VERB,
  BUSY,
  INTERNAL,
  WRONG_KEY;

  private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The word on the wire: {@code not-found}. */
  public String wire() {
    return wire;
  }

  /** The code of that word, or {@code INTERNAL} for one that a later agent may send. */
  public static ErrorCode ofWire(String word) {
    for (ErrorCode code : values()) {
      if (code.wire.equals(word)) {
        return code;
      }
    }
    return INTERNAL;
  }
}

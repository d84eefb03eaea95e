package dev.secmem.api;

import java.util.Locale;

/** The verbs of the wire protocol (docs/PROTOCOL.md, "Verbs"). */
public enum Verb {
  HELLO(Takes.NO_BODY),
  PUT(Takes.BODY),
  GET(Takes.NO_BODY),
  STAT(Takes.NO_BODY),
  TOUCH(Takes.NO_BODY),
  DEL(Takes.NO_BODY),
  LIST(Takes.NO_BODY),
  STATUS(Takes.NO_BODY),
  METRICS(Takes.NO_BODY),
  AUDIT(Takes.NO_BODY),
  GRANT(Takes.NO_BODY),
  REVOKE(Takes.NO_BODY),
  RENAME(Takes.NO_BODY),
  WHOAMI(Takes.NO_BODY),
  EXPLAIN(Takes.NO_BODY),
  UNLOCK(Takes.BODY),
  LOCK(Takes.OPTIONAL_BODY),
  PUBKEY(Takes.NO_BODY),
  SIGN(Takes.BODY),
  PASSWORD(Takes.NO_BODY),
  ENCRYPT(Takes.BODY),
  DECRYPT(Takes.BODY),
  ROTATE(Takes.BODY),
  DERIVE(Takes.NO_BODY);

  private enum Takes {
    NO_BODY,
    OPTIONAL_BODY,
    BODY
  }

  private final Takes takes;
  private final String event = name().toLowerCase(Locale.ROOT);

  Verb(Takes takes) {
    this.takes = takes;
  }

  /** Whether a request of this verb may come with a descriptor. */
  public boolean takesBody() {
    return takes != Takes.NO_BODY;
  }

  /** Whether a request of this verb is nothing without a descriptor. */
  public boolean needsBody() {
    return takes == Takes.BODY;
  }

  /** The word in audit lines and metrics: the verb in lower case. */
  public String event() {
    return event;
  }

  /** The verb of that word, or null. */
  public static Verb ofWire(String word) {
    // Not valueOf: an unknown verb is an everyday answer, not an exception.
    for (Verb verb : VALUES) {
      if (verb.name().equals(word)) {
        return verb;
      }
    }
    return null;
  }

  private static final Verb[] VALUES = values();
}

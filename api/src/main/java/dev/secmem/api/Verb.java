package dev.secmem.api;

import java.util.Locale;

/** The verbs of the wire protocol (docs/PROTOCOL.md, "Verbs"). */
public enum Verb {
  HELLO(false),
  PUT(true),
  GET(false),
  STAT(false),
  TOUCH(false),
  DEL(false),
  LIST(false),
  STATUS(false),
  METRICS(false),
  AUDIT(false);

  private final boolean takesBody;
  private final String event = name().toLowerCase(Locale.ROOT);

  Verb(boolean takesBody) {
    this.takesBody = takesBody;
  }

  /** Whether a request of this verb comes with a descriptor. */
  public boolean takesBody() {
    return takesBody;
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

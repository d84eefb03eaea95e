package dev.secmem.app.selftest;

import java.util.Locale;

/**
 * One row of the report.
 *
 * @param what was looked at
 * @param meaning what was found and what follows from it, a sentence
 */
record Check(String what, Result result, String meaning) {
  /** How it ended. */
  enum Result {
    PASS,
    /** Not as good as it could be; the agent works. */
    WARN,
    /** A promise of the agent's does not hold here. */
    FAIL,
    /** It cannot be known. */
    SKIP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Check pass(String what, String meaning) {
    return new Check(what, Result.PASS, meaning);
  }

  static Check warn(String what, String meaning) {
    return new Check(what, Result.WARN, meaning);
  }

  static Check fail(String what, String meaning) {
    return new Check(what, Result.FAIL, meaning);
  }

  static Check skip(String what, String meaning) {
    return new Check(what, Result.SKIP, meaning);
  }
}

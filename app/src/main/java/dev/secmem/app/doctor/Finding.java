package dev.secmem.app.doctor;

/**
 * One thing that was looked at.
 *
 * @param check its name, one word or two joined by a hyphen
 * @param found what is so, a sentence without a full stop
 * @param mend the command or setting that mends it; empty where nothing is to be mended
 */
public record Finding(String check, State state, String found, String mend) {
  /** How it stands. */
  public enum State {
    OK("ok"),
    /** Weaker than it could be, or not to be told. */
    WARNING("warning"),
    /** Something important is not there. */
    MISSING("missing");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The word in the table and in JSON. */
    public String word() {
      return word;
    }
  }

  static Finding ok(String check, String found) {
    return new Finding(check, State.OK, found, "");
  }

  static Finding warning(String check, String found, String mend) {
    return new Finding(check, State.WARNING, found, mend);
  }

  static Finding missing(String check, String found, String mend) {
    return new Finding(check, State.MISSING, found, mend);
  }
}

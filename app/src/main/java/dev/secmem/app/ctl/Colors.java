package dev.secmem.app.ctl;

import dev.secmem.linux.Terminal;

/**
 * Colours where they are wanted: on a terminal that knows them, and never with NO_COLOR
 * (no-color.org). Everything that is shown in colour can be read without, too.
 */
final class Colors {
  private final boolean on;

  private Colors(boolean on) {
    this.on = on;
  }

  static Colors forStdout() {
    return of(Terminal.isTerminal(Stdout.FD), System.getenv("NO_COLOR"), System.getenv("TERM"));
  }

  /**
   * As the environment says.
   *
   * @param noColor the variable NO_COLOR; null if it is not set
   * @param term the variable TERM; null if it is not set
   */
  static Colors of(boolean terminal, String noColor, String term) {
    return new Colors(terminal && (noColor == null || noColor.isEmpty()) && !isDumb(term));
  }

  /** Whether a terminal can do nothing but print lines. */
  static boolean isDumb(String term) {
    return term == null || term.isEmpty() || term.equals("dumb");
  }

  String good(String text) {
    return paint("32", text);
  }

  String fair(String text) {
    return paint("33", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String strong(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return on && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  /** A text of somebody else's that cannot do anything to the terminal. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain.append(Character.isISOControl(c) ? '?' : c);
    }
    return plain.toString();
  }
}

package dev.secmem.app.ctl;

import dev.secmem.app.cli.UsageException;

/** Names of environment variables. */
final class VariableName {
  private VariableName() {}

  /**
   * The variable for a secret's name or a part of it: in upper case, {@code _} for all but letters
   * and digits, and before a digit at the front.
   */
  static String of(String name) {
    StringBuilder variable = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (isDigit(c) && i == 0) {
        variable.append('_');
      }
      if (c >= 'a' && c <= 'z') {
        variable.append((char) (c - 'a' + 'A'));
      } else {
        variable.append(isLetter(c) || isDigit(c) ? c : '_');
      }
    }
    return variable.toString();
  }

  /** Refuses what a shell could not name. */
  static String checked(String variable) throws UsageException {
    boolean good = !variable.isEmpty() && !isDigit(variable.charAt(0));
    for (int i = 0; i < variable.length(); i++) {
      char c = variable.charAt(i);
      good &= isLetter(c) || isDigit(c) || c == '_';
    }
    if (!good) {
      throw new UsageException(
          "not a variable's name: '"
              + variable
              + "'; it has letters, digits and _, no digit first");
    }
    return variable;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}

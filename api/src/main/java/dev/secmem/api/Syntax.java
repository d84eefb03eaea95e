package dev.secmem.api;

/**
 * The lexical rules of the protocol that client and agent share (docs/PROTOCOL.md, "Names, times,
 * numbers").
 */
public final class Syntax {
  /** The longest name, in bytes. */
  public static final int MAX_NAME_BYTES = 200;

  /** The longest request or reply line, in bytes with its LF. */
  public static final int MAX_LINE_BYTES = 4096;

  /** What {@link #number} answers for text that is no number. */
  public static final long NOT_A_NUMBER = -1;

  private Syntax() {}

  /** Whether {@code name} is 1 to 200 of the name characters. */
  public static boolean isName(String name) {
    int length = name.length();
    if (length == 0 || length > MAX_NAME_BYTES) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!isNameCharacter(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._-/@:+".indexOf(c) >= 0;
  }

  /**
   * The value of a decimal number without sign or leading zero, or {@link #NOT_A_NUMBER} if it is
   * not one or is 2^63 or more.
   */
  public static long number(String text) {
    int length = text.length();
    if (length == 0 || length > 19 || (length > 1 && text.charAt(0) == '0')) {
      return NOT_A_NUMBER;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
    }
    // Nineteen digits reach past 2^63 - 1 by less than a factor of two: an overflow shows as a
    // sign.
    return value < 0 ? NOT_A_NUMBER : value;
  }
}

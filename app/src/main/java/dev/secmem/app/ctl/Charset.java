package dev.secmem.app.ctl;

import dev.secmem.app.cli.UsageException;

/** The characters that a made secret may have. */
final class Charset {
  private static final String DIGITS = "0123456789";
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private Charset() {}

  /**
   * The characters of a named set, or those that are written out.
   *
   * @param text null for the default, letters and digits
   */
  static String of(String text) throws UsageException {
    switch (text == null ? "alnum" : text) {
      case "alnum":
        return UPPER + LOWER + DIGITS;
      case "hex":
        return DIGITS + "abcdef";
      case "base64url":
        return UPPER + LOWER + DIGITS + "-_";
      case "ascii":
        return ascii();
      case "digits":
        return DIGITS;
      case "lower":
        return LOWER;
      case "upper":
        return UPPER;
      default:
        return literal(text);
    }
  }

  /** Every printable character but the blank. */
  private static String ascii() {
    StringBuilder all = new StringBuilder();
    for (char c = '!'; c <= '~'; c++) {
      all.append(c);
    }
    return all.toString();
  }

  private static String literal(String text) throws UsageException {
    if (text.length() < 2) {
      throw new UsageException("--charset needs two characters or more, or a set's name");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        throw new UsageException("--charset takes printable ASCII characters only");
      }
      if (text.indexOf(c) < i) {
        throw new UsageException(
            "--charset has '"
                + c
                + "' twice, which would make it likelier; the named sets are alnum, hex,"
                + " base64url, ascii, digits, lower, upper");
      }
    }
    return text;
  }
}

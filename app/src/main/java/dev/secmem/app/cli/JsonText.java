package dev.secmem.app.cli;

import java.util.Locale;

/** Text as a JSON string (RFC 8259, section 7). */
public final class JsonText {
  private JsonText() {}

  /** The text between quotation marks, with what must be escaped escaped. */
  public static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}

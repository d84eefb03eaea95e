package dev.secmem.app.engine;

import java.util.Locale;

/** One JSON object, its members in the order in which they are put. Confined. */
final class JsonObject {
  private final StringBuilder text = new StringBuilder("{");

  JsonObject put(String key, long value) {
    return member(key, Long.toString(value));
  }

  JsonObject put(String key, boolean value) {
    return member(key, Boolean.toString(value));
  }

  JsonObject put(String key, JsonObject value) {
    return member(key, value.text + "}");
  }

  JsonObject put(String key, String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return member(key, quoted.append('"'));
  }

  private JsonObject member(String key, CharSequence value) {
    text.append(text.length() == 1 ? "\"" : ",\"").append(key).append("\":").append(value);
    return this;
  }

  /** The object and a line feed. */
  CharSequence line() {
    return text + "}\n";
  }
}

package dev.secmem.app.engine;

import dev.secmem.app.cli.JsonText;
import java.util.List;

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
    return member(key, JsonText.quoted(value));
  }

  /** A text, or null. */
  JsonObject putText(String key, String value) {
    return value == null ? member(key, "null") : put(key, value);
  }

  /** A number as it is written, or null. */
  JsonObject putNumber(String key, String number) {
    return member(key, number == null ? "null" : number);
  }

  /** Numbers as they are written, or null. */
  JsonObject putNumbers(String key, List<String> numbers) {
    return member(key, numbers == null ? "null" : "[" + String.join(",", numbers) + "]");
  }

  /** What is JSON already. */
  JsonObject putJson(String key, CharSequence json) {
    return member(key, json);
  }

  /** The object without a line feed. */
  CharSequence text() {
    return text + "}";
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

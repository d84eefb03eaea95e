package dev.secmem.app.ctl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict reader of the JSON that agents write (docs/PROTOCOL.md, "Bodies in JSON"): objects,
 * arrays, strings, whole numbers, true, false and null.
 *
 * <p>Gives Map, List, String, Long, Boolean and null.
 */
final class Json {
  private static final int MAX_DEPTH = 16;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Reads one object.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static Map<String, Object> object(String text) {
    Json json = new Json(text);
    Map<String, Object> object = json.readObject(0);
    if (json.at != text.length()) {
      throw json.malformed("nothing more");
    }
    return object;
  }

  private Map<String, Object> readObject(int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    expect('{');
    if (accept('}')) {
      return object;
    }
    do {
      String key = readString();
      expect(':');
      if (object.putIfAbsent(key, readValue(depth + 1)) != null) {
        throw malformed("each key once");
      }
    } while (accept(','));
    expect('}');
    return object;
  }

  private List<Object> readArray(int depth) {
    List<Object> array = new ArrayList<>();
    expect('[');
    if (accept(']')) {
      return array;
    }
    do {
      array.add(readValue(depth + 1));
    } while (accept(','));
    expect(']');
    return array;
  }

  private Object readValue(int depth) {
    if (depth > MAX_DEPTH) {
      throw malformed("fewer levels");
    }
    switch (peek()) {
      case '{':
        return readObject(depth);
      case '[':
        return readArray(depth);
      case '"':
        return readString();
      case 't':
        return readWord("true", Boolean.TRUE);
      case 'f':
        return readWord("false", Boolean.FALSE);
      case 'n':
        return readWord("null", null);
      default:
        return readNumber();
    }
  }

  private Object readWord(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw malformed(word);
    }
    at += word.length();
    return value;
  }

  private Long readNumber() {
    int start = at;
    accept('-');
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    try {
      return Long.valueOf(text.substring(start, at));
    } catch (NumberFormatException e) {
      at = start;
      throw malformed("a whole number");
    }
  }

  private String readString() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      string.append(c == '\\' ? readEscape() : c);
    }
    at++;
    return string.toString();
  }

  private char readEscape() {
    char c = peek();
    at++;
    if (c == '"' || c == '\\' || c == '/') {
      return c;
    }
    if (c != 'u' || at + 4 > text.length()) {
      throw malformed("an escape");
    }
    at += 4;
    try {
      return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    } catch (NumberFormatException e) {
      throw malformed("an escape");
    }
  }

  private boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw malformed("'" + c + "'");
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw malformed("more");
    }
    return text.charAt(at);
  }

  private IllegalArgumentException malformed(String expected) {
    return new IllegalArgumentException(
        "the agent's JSON is malformed at character " + at + ": expected " + expected);
  }
}

package dev.secmem.app.it;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the flat JSON lines that the agent writes, in which no string holds an escape. */
final class Json {
  private Json() {}

  /** The text of a value, without the quotes of a string. */
  static String value(String line, String key) {
    Matcher matcher =
        Pattern.compile("\"" + key + "\":(?:\"([^\"\\\\]*)\"|([^,}\\[{]+))").matcher(line);
    if (!matcher.find()) {
      throw new AssertionError("no " + key + " in " + line);
    }
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  static long number(String line, String key) {
    return Long.parseLong(value(line, key));
  }

  /** All keys, in their order, those of inner objects too. */
  static List<String> keys(String line) {
    List<String> keys = new ArrayList<>();
    Matcher matcher = Pattern.compile("\"([a-z0-9_]+)\":").matcher(line);
    while (matcher.find()) {
      keys.add(matcher.group(1));
    }
    return keys;
  }

  /** The audit lines of that event about that name. */
  static List<String> linesWith(List<String> lines, String event, String name) {
    return lines.stream()
        .filter(line -> value(line, "event").equals(event) && value(line, "name").equals(name))
        .toList();
  }

  /** The one audit line of that event about that name. */
  static String lineWith(List<String> lines, String event, String name) {
    List<String> found = linesWith(lines, event, name);
    if (found.size() != 1) {
      throw new AssertionError(event + " of " + name + ": " + found);
    }
    return found.get(0);
  }
}

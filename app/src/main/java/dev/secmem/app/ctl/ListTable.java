package dev.secmem.app.ctl;

import dev.secmem.app.cli.Duration;
import java.util.List;
import java.util.Map;

/** The LIST body as a table for people. */
final class ListTable {
  private ListTable() {}

  /** The table, with a heading; an empty list gives an empty text. */
  static String of(String lines) {
    if (lines.isEmpty()) {
      return "";
    }
    Table table = new Table();
    table.add("NAME", "OWNER", "VERSION", "SIZE", "TTL", "READS", "GRANTS");
    for (String line : lines.split("\n")) {
      Map<String, Object> secret = Json.object(line);
      table.add(
          text(secret, "name"),
          text(secret, "owner"),
          text(secret, "version"),
          text(secret, "size"),
          Duration.format(number(secret, "ttl_ms")),
          reads(secret),
          grants(secret));
    }
    return table.text();
  }

  private static String reads(Map<String, Object> secret) {
    Object left = secret.get("reads_left");
    return text(secret, "reads") + (left == null ? "" : " (" + left + " left)");
  }

  private static String grants(Map<String, Object> secret) {
    if (!(secret.get("grants") instanceof List<?> grants) || grants.isEmpty()) {
      return "-";
    }
    StringBuilder text = new StringBuilder();
    for (Object grant : grants) {
      text.append(text.length() == 0 ? "" : ",").append(GrantText.forPeople(String.valueOf(grant)));
    }
    return text.toString();
  }

  private static String text(Map<String, Object> secret, String key) {
    Object value = secret.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the agent's list lacks " + key);
    }
    return value.toString();
  }

  private static long number(Map<String, Object> secret, String key) {
    if (secret.get(key) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("the agent's list lacks the number " + key);
  }
}

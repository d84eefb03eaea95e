package dev.secmem.app.ctl;

import dev.secmem.app.cli.Duration;
import java.util.Map;

/** The STATUS body for people: what it says in this order, one fact a line. */
final class StatusReport {
  private StatusReport() {}

  static String of(String status) {
    Table table = new Table();
    for (Map.Entry<String, Object> entry : Json.object(status.strip()).entrySet()) {
      if (entry.getValue() instanceof Map<?, ?> group) {
        for (Map.Entry<?, ?> member : group.entrySet()) {
          add(table, entry.getKey() + " ", String.valueOf(member.getKey()), member.getValue());
        }
      } else {
        add(table, "", entry.getKey(), entry.getValue());
      }
    }
    return table.text();
  }

  private static void add(Table table, String group, String key, Object value) {
    boolean time = key.endsWith("_ms");
    String label = (time ? key.substring(0, key.length() - 3) : key).replace('_', ' ');
    table.add(group + label, time && value instanceof Long ms ? Duration.format(ms) : text(value));
  }

  private static String text(Object value) {
    if (value instanceof Boolean answer) {
      return answer ? "yes" : "no";
    }
    return value == null ? "-" : value.toString();
  }
}

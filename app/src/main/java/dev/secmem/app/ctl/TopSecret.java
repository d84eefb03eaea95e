package dev.secmem.app.ctl;

import java.util.Map;

/**
 * A line of LIST for the screen: never a value.
 *
 * @param share of its time that is left, 0 to 1
 */
record TopSecret(String name, long owner, long size, String reads, long ttlMillis, double share) {

  static TopSecret of(Map<String, Object> line, double share) {
    Object left = line.get("reads_left");
    return new TopSecret(
        String.valueOf(line.get("name")),
        number(line, "owner"),
        number(line, "size"),
        number(line, "reads") + (left == null ? "" : " (" + left + " left)"),
        number(line, "ttl_ms"),
        share);
  }

  /** What stays the same while it is looked at: another version is another value. */
  static String key(Map<String, Object> line) {
    return line.get("owner") + " " + line.get("version") + " " + line.get("name");
  }

  static long number(Map<String, Object> line, String key) {
    if (line.get(key) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("the agent's JSON lacks the number " + key);
  }
}

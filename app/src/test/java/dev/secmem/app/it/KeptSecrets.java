package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Secrets that a test stores before it does harm, and wants to read back after it. */
final class KeptSecrets {
  /** What their names begin with, and no others. */
  static final String PREFIX = "kept/";

  private static final String DAY_MILLIS = "86400000";

  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * Stores some of many sizes.
   *
   * @param marker what each value consists of; names nobody guesses hold it not
   */
  static KeptSecrets put(RawClient client, String marker, int count, int largestBytes) {
    KeptSecrets kept = new KeptSecrets();
    Random random = new Random();
    for (int i = 0; i < count; i++) {
      // Never less than the marker and its number: each can be told wherever it turns up.
      int least = (marker + i + "|").length();
      int most = i % 5 == 0 ? largestBytes : 500;
      int size = i == 0 ? largestBytes : least + random.nextInt(most - least);
      String value = (marker + i + "|").repeat(size / marker.length() + 1).substring(0, size);
      String name = PREFIX + Long.toHexString(random.nextLong()) + "/" + i;
      client.put(name + " " + DAY_MILLIS, value);
      kept.values.put(name, value);
    }
    return kept;
  }

  /** Reads all of them back. */
  void expectAll(RawClient client) {
    values.forEach(
        (name, value) -> {
          Reply reply = client.ask("GET " + name);
          assertEquals("ok", reply.code(), name);
          assertEquals(value, reply.text(), name);
        });
  }

  int count() {
    return values.size();
  }

  /** One of their names. */
  String name(Random random) {
    return values.keySet().stream().skip(random.nextInt(values.size())).findFirst().orElseThrow();
  }
}

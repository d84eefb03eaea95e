package dev.secmem.app.it;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of the part of OpenMetrics 1.0 text that gauges, counters and histograms need.
 */
final class Metrics {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[a-z_]+=\"[^\"\\\\]*\"(?:,[a-z_]+=\"[^\"\\\\]*\")*\\})?"
              + " (-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)");

  private final Map<String, Double> samples = new LinkedHashMap<>();
  private final Map<String, String> types = new LinkedHashMap<>();

  private Metrics() {}

  /** Reads a text; an {@link AssertionError} where it breaks the format. */
  static Metrics parse(String text) {
    Metrics metrics = new Metrics();
    if (!text.endsWith("\n# EOF\n")) {
      throw new AssertionError("does not end with # EOF: " + text);
    }
    String family = "";
    for (String line : text.substring(0, text.length() - "# EOF\n".length()).split("\n")) {
      if (line.startsWith("# ")) {
        String[] words = line.split(" ", 4);
        boolean isType = words[1].equals("TYPE");
        require(isType || words[1].equals("HELP"), line);
        require(words.length == 4, line);
        if (!words[2].equals(family)) {
          require(isType && metrics.types.put(words[2], words[3]) == null, line);
          family = words[2];
        }
      } else {
        metrics.sample(family, line);
      }
    }
    return metrics;
  }

  private void sample(String family, String line) {
    Matcher matcher = SAMPLE.matcher(line);
    require(matcher.matches(), line);
    String name = matcher.group(1);
    String suffix = name.startsWith(family) ? name.substring(family.length()) : "?";
    boolean fits =
        switch (types.getOrDefault(family, "none")) {
          case "gauge" -> suffix.isEmpty();
          case "counter" -> suffix.equals("_total");
          case "histogram" ->
              suffix.equals("_bucket") || suffix.equals("_sum") || suffix.equals("_count");
          default -> false;
        };
    require(fits, line);
    String labels = matcher.group(2) == null ? "" : matcher.group(2);
    require(samples.put(name + labels, Double.valueOf(matcher.group(3))) == null, line);
  }

  private static void require(boolean holds, String line) {
    if (!holds) {
      throw new AssertionError("not OpenMetrics: " + line);
    }
  }

  boolean has(String name) {
    return samples.containsKey(name);
  }

  Map<String, Double> samples() {
    return samples;
  }

  Map<String, String> types() {
    return types;
  }

  /** A sample by its name and labels. */
  long value(String name) {
    if (!has(name)) {
      throw new AssertionError("no " + name + " in " + samples.keySet());
    }
    return samples.get(name).longValue();
  }
}

package dev.secmem.app.ctl;

import dev.secmem.app.cli.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of OpenMetrics text, as an agent writes it: a name, labels, a value and no more.
 *
 * @param value a number as it stands there
 */
record MetricSample(String name, Map<String, String> labels, String value) {

  /** Every sample of a text; comments are left out. */
  static List<MetricSample> of(String text) {
    List<MetricSample> samples = new ArrayList<>();
    for (String line : text.split("\n")) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        samples.add(sample(line));
      }
    }
    return samples;
  }

  private static MetricSample sample(String line) {
    int space = line.lastIndexOf(' ');
    int brace = line.indexOf('{');
    if (space <= 0 || brace > space) {
      throw new IllegalArgumentException("the agent's metrics hold a line that is none: " + line);
    }
    String value = line.substring(space + 1);
    Double.parseDouble(value);
    if (brace < 0) {
      return new MetricSample(line.substring(0, space), Map.of(), value);
    }
    Map<String, String> labels = new LinkedHashMap<>();
    // Values of labels are verbs, results and bounds: no quote and no comma is in them.
    for (String pair : line.substring(brace + 1, space - 1).split(",")) {
      int equals = pair.indexOf("=\"");
      labels.put(pair.substring(0, equals), pair.substring(equals + 2, pair.length() - 1));
    }
    return new MetricSample(line.substring(0, brace), labels, value);
  }

  double number() {
    return Double.parseDouble(value);
  }

  String label(String name) {
    return labels.getOrDefault(name, "");
  }

  /** As one line of JSON. */
  String json() {
    StringBuilder json = new StringBuilder("{\"name\":").append(JsonText.quoted(name));
    json.append(",\"labels\":{");
    String comma = "";
    for (Map.Entry<String, String> label : labels.entrySet()) {
      json.append(comma).append(JsonText.quoted(label.getKey()));
      json.append(':').append(JsonText.quoted(label.getValue()));
      comma = ",";
    }
    return json.append("},\"value\":").append(value).append("}\n").toString();
  }
}

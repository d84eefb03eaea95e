package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.linux.LinuxException;

/** Writes metrics in the OpenMetrics 1.0 text format. Confined. */
final class MetricsText {
  private final TextBody body;

  MetricsText(TextBody body) {
    this.body = body;
  }

  void gauge(String name, String help, long value) throws LinuxException {
    family(name, "gauge", help).append(name).append(" ").append(value).append("\n");
  }

  void counter(String name, String help, long value) throws LinuxException {
    family(name, "counter", help).append(name).append("_total ").append(value).append("\n");
  }

  /** Requests and their latencies, one series for each verb and result that occurred. */
  void requests(Metrics metrics) throws LinuxException {
    family("secmem_request_seconds", "histogram", "Time from a request line to its answer.");
    for (Verb verb : Verb.values()) {
      series(metrics, verb, null);
      for (ErrorCode code : ErrorCode.values()) {
        series(metrics, verb, code);
      }
    }
  }

  void end() throws LinuxException {
    body.append("# EOF\n");
  }

  private void series(Metrics metrics, Verb verb, ErrorCode code) throws LinuxException {
    long[] counts = metrics.buckets(verb, code);
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    if (total == 0) {
      return;
    }
    String labels =
        "verb=\"" + verb.event() + "\",result=\"" + (code == null ? "ok" : code.wire()) + "\"";
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i];
      String bound = i == Metrics.BOUNDS_NANOS.length ? "+Inf" : seconds(Metrics.BOUNDS_NANOS[i]);
      body.append("secmem_request_seconds_bucket{").append(labels).append(",le=\"");
      body.append(bound).append("\"} ").append(below).append("\n");
    }
    body.append("secmem_request_seconds_sum{").append(labels).append("} ");
    body.append(seconds(metrics.sumNanos(verb, code))).append("\n");
    body.append("secmem_request_seconds_count{").append(labels).append("} ");
    body.append(total).append("\n");
  }

  private TextBody family(String name, String type, String help) throws LinuxException {
    body.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    return body.append("# HELP ").append(name).append(" ").append(help).append("\n");
  }

  private static String seconds(long nanos) {
    return Double.toString(nanos / 1e9);
  }
}

package dev.secmem.app.ctl;

import java.util.List;
import java.util.Set;

/** What an agent did in each second between two looks at its counters. Confined. */
final class TopRates {
  /** What top itself asks for. */
  private static final Set<String> OWN = Set.of("hello", "status", "list", "metrics", "audit");

  private static final double NANOS = 1e9;

  private Counters before;
  private long beforeNanos;
  private String text = "";

  /** Totals since the agent's start. */
  private record Counters(
      double gets, double puts, double others, double refused, double seconds, double expiries) {}

  /** Takes a new look. */
  void add(List<MetricSample> samples, long nowNanos) {
    boolean told = samples.stream().anyMatch(s -> s.name().equals("secmem_expiries_total"));
    if (!told) {
      text = "rates       only the agent's own uid and root are told";
      before = null;
      return;
    }
    Counters now = count(samples);
    // A new agent counts from zero: what went backwards is no rate.
    boolean comparable = before != null && now.gets >= before.gets && now.puts >= before.puts;
    text = comparable ? describe(now, (nowNanos - beforeNanos) / NANOS) : "rates       measuring";
    before = now;
    beforeNanos = nowNanos;
  }

  /** Forgets the last look: the agent was gone. */
  void reset() {
    before = null;
  }

  /** One line. */
  String text() {
    return text;
  }

  private static Counters count(List<MetricSample> samples) {
    double gets = 0;
    double puts = 0;
    double others = 0;
    double refused = 0;
    double seconds = 0;
    double expiries = 0;
    for (MetricSample sample : samples) {
      String verb = sample.label("verb");
      switch (sample.name()) {
        case "secmem_request_seconds_count" -> {
          gets += verb.equals("get") ? sample.number() : 0;
          puts += verb.equals("put") ? sample.number() : 0;
          boolean other = !verb.equals("get") && !verb.equals("put") && !OWN.contains(verb);
          others += other ? sample.number() : 0;
          refused += sample.label("result").equals("ok") ? 0 : sample.number();
        }
        case "secmem_request_seconds_sum" -> seconds += verb.equals("get") ? sample.number() : 0;
        case "secmem_expiries_total" -> expiries = sample.number();
        default -> {}
      }
    }
    return new Counters(gets, puts, others, refused, seconds, expiries);
  }

  private String describe(Counters now, double seconds) {
    double gets = now.gets - before.gets;
    String line =
        "each second get "
            + rate(gets, seconds)
            + "  put "
            + rate(now.puts - before.puts, seconds)
            + "  other "
            + rate(now.others - before.others, seconds)
            + "  refused "
            + rate(now.refused - before.refused, seconds)
            + "  expired "
            + rate(now.expiries - before.expiries, seconds);
    if (gets == 0) {
      return line;
    }
    return line + "  a get " + Math.round((now.seconds - before.seconds) / gets * 1e6) + " us";
  }

  private static String rate(double count, double seconds) {
    double rate = Math.max(0, count) / Math.max(seconds, 1e-3);
    return rate >= 100 ? Long.toString(Math.round(rate)) : Math.round(rate * 10) / 10.0 + "";
  }
}

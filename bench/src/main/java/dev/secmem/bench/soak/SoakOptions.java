package dev.secmem.bench.soak;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How to run.
 *
 * @param rate requests a second of each client
 * @param distribution the folder that holds bin/secmem-agent
 * @param report the folder for the report
 */
record SoakOptions(
    double minutes,
    int clients,
    double rate,
    int sampleSeconds,
    long seed,
    Path distribution,
    Path report) {

  static SoakOptions parse(String[] arguments) {
    double minutes = 60;
    int clients = 32;
    double rate = 20;
    int sampleSeconds = 5;
    long seed = ThreadLocalRandom.current().nextLong(1_000_000);
    Path distribution = Path.of("app/target/secmem");
    Path report = Path.of("bench/out/soak");
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("a value must follow " + arguments[i]);
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--minutes" -> minutes = positive(value);
        case "--clients" -> clients = (int) positive(value);
        case "--rate" -> rate = positive(value);
        case "--sample-seconds" -> sampleSeconds = (int) positive(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--dist" -> distribution = Path.of(value);
        case "--report" -> report = Path.of(value);
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    return new SoakOptions(minutes, clients, rate, sampleSeconds, seed, distribution, report);
  }

  private static double positive(String text) {
    double value = Double.parseDouble(text);
    if (!(value > 0 && value < 100_000)) {
      throw new IllegalArgumentException("not a sensible number: " + text);
    }
    return value;
  }
}

package dev.secmem.bench.soak;

import java.util.List;

/**
 * The straight line through a row of measurements (least squares), and whether it rises.
 *
 * @param name what was measured
 * @param drift what the line rises from the first of the samples to the last
 * @param allowed the most that counts as flat
 */
record Trend(String name, double mean, double drift, double allowed) {

  /** Of one value of samples, those of the warm-up left out. */
  static Trend of(int index, List<Sample> samples, double warmUpSeconds) {
    List<Sample> late = samples.stream().filter(one -> one.seconds() >= warmUpSeconds).toList();
    if (late.size() < 3) {
      throw new IllegalArgumentException("too few samples after the warm-up: " + late.size());
    }
    double meanTime = late.stream().mapToDouble(Sample::seconds).average().orElseThrow();
    double mean = late.stream().mapToDouble(one -> one.values()[index]).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (Sample one : late) {
      double time = one.seconds() - meanTime;
      products += time * (one.values()[index] - mean);
      squares += time * time;
    }
    double length = late.get(late.size() - 1).seconds() - late.get(0).seconds();
    String name = Sample.NAMES.get(index);
    double least =
        switch (name) {
          case "resident_mib" -> 4;
          case "descriptors", "threads" -> 3;
          case "mappings" -> 12;
          case "secrets" -> 60;
          default -> throw new IllegalArgumentException("not judged: " + name);
        };
    return new Trend(name, mean, products / squares * length, Math.max(least, 0.05 * mean));
  }

  boolean isFlat() {
    return drift <= allowed;
  }

  @Override
  public String toString() {
    return String.format(
        "%-14s mean %10.1f  drift %+8.2f  allowed %6.2f  %s",
        name, mean, drift, allowed, isFlat() ? "flat" : "RISES");
  }
}

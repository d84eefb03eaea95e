package dev.secmem.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel and the agent say at one moment, in the order of {@link #NAMES}. */
record Sample(double seconds, double[] values) {
  static final List<String> NAMES =
      List.of("resident_mib", "descriptors", "mappings", "threads", "secrets", "requests_per_s");

  /** Reads all but the last two from /proc; those are given. */
  static Sample of(long pid, double seconds, double secrets, double requestsPerSecond)
      throws IOException {
    Path proc = Path.of("/proc/" + pid);
    double resident = 0;
    double threads = 0;
    for (String line : Files.readAllLines(proc.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = number(line) / 1024;
      } else if (line.startsWith("Threads:")) {
        threads = number(line);
      }
    }
    double descriptors;
    try (Stream<Path> all = Files.list(proc.resolve("fd"))) {
      descriptors = all.count();
    }
    double mappings = Files.readAllLines(proc.resolve("maps")).size();
    return new Sample(
        seconds,
        new double[] {resident, descriptors, mappings, threads, secrets, requestsPerSecond});
  }

  private static double number(String line) {
    return Double.parseDouble(line.replaceAll("[^0-9]", ""));
  }

  static String csvHeader() {
    return "seconds," + String.join(",", NAMES);
  }

  String csv() {
    List<String> words = new ArrayList<>();
    words.add(String.format("%.1f", seconds));
    for (double value : values) {
      words.add(String.format("%.1f", value));
    }
    return String.join(",", words);
  }
}

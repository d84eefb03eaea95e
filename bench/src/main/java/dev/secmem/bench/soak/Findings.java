package dev.secmem.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the clients saw: how often each answer came, and what should never be.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Findings {
  private static final int MOST_TOLD = 50;

  private final Map<String, Long> answers = new TreeMap<>();
  private final Map<String, Long> defects = new TreeMap<>();
  private final List<String> told = new ArrayList<>();
  private long requests;

  /** A request was answered as it may be. */
  synchronized void answer(String verb, String code) {
    requests++;
    answers.merge(verb + " " + code, 1L, Long::sum);
  }

  /** A promise was broken. */
  synchronized void defect(String kind, String details) {
    defects.merge(kind, 1L, Long::sum);
    if (told.size() < MOST_TOLD) {
      told.add(kind + ": " + details);
    }
  }

  synchronized long requests() {
    return requests;
  }

  synchronized long defectCount() {
    return defects.values().stream().mapToLong(Long::longValue).sum();
  }

  /** All of it, a line each. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("requests: " + requests);
    answers.forEach((answer, count) -> lines.add("  " + answer + ": " + count));
    lines.add("defects: " + defectCount());
    defects.forEach((kind, count) -> lines.add("  " + kind + ": " + count));
    told.forEach(one -> lines.add("  - " + one));
    return lines;
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts requests and how long they took, by verb and result.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Metrics {
  /** The histogram's upper bounds in nanoseconds; one more bucket takes the rest. */
  static final long[] BOUNDS_NANOS = {
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    100_000_000,
    1_000_000_000
  };

  private static final int BUCKETS = BOUNDS_NANOS.length + 1;
  private static final int RESULTS = ErrorCode.values().length + 1;
  private static final int ROW = BUCKETS + 1;

  /** For each verb and result its buckets, then the sum of nanoseconds. */
  private final AtomicLongArray cells = new AtomicLongArray(Verb.values().length * RESULTS * ROW);

  final AtomicLong connections = new AtomicLong();
  final AtomicLong refusedConnections = new AtomicLong();
  final AtomicLong malformedRequests = new AtomicLong();
  final AtomicLong unknownVerbs = new AtomicLong();
  final AtomicLong expiries = new AtomicLong();

  /** Counts a request; code null means OK. */
  void count(Verb verb, ErrorCode code, long nanos) {
    int row = row(verb, code);
    cells.incrementAndGet(row + bucket(nanos));
    cells.addAndGet(row + BUCKETS, Math.max(0, nanos));
  }

  /** How many requests there were, bucket by bucket, the last for all slower ones. */
  long[] buckets(Verb verb, ErrorCode code) {
    int row = row(verb, code);
    long[] counts = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] = cells.get(row + i);
    }
    return counts;
  }

  long sumNanos(Verb verb, ErrorCode code) {
    return cells.get(row(verb, code) + BUCKETS);
  }

  private static int row(Verb verb, ErrorCode code) {
    int result = code == null ? 0 : code.ordinal() + 1;
    return (verb.ordinal() * RESULTS + result) * ROW;
  }

  private static int bucket(long nanos) {
    int index = 0;
    while (index < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[index]) {
      index++;
    }
    return index;
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Slows down who guesses: after a wrong key a uid must wait before its next try counts, twice as
 * long each time. Others do not wait.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class UnlockPauses {
  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = 60_000;

  /** Only of uids that may unlock at all, so there are few. */
  private final ConcurrentHashMap<Long, Guesser> guessers = new ConcurrentHashMap<>();

  /** What is known of one uid; its monitor makes its tries one after the other. */
  static final class Guesser {
    private long pauseMillis;
    private long waitUntilNanos = Long.MIN_VALUE;

    /**
     * Lets a try begin. The monitor is held until its end, so that nobody guesses in parallel.
     *
     * @throws RequestException {@code WRONG_KEY} while the pause runs
     */
    void begin() throws RequestException {
      long leftNanos = waitUntilNanos - Clock.boottimeNanos();
      if (waitUntilNanos != Long.MIN_VALUE && leftNanos > 0) {
        long leftMillis = (leftNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        throw new RequestException(
            ErrorCode.WRONG_KEY, "retry_ms=" + leftMillis + " not tried: the last key was wrong");
      }
    }

    /** Notes that the key was wrong. */
    RequestException wrong() {
      pauseMillis = pauseMillis == 0 ? FIRST_MILLIS : Math.min(2 * pauseMillis, LONGEST_MILLIS);
      waitUntilNanos = Clock.boottimeNanos() + pauseMillis * NANOS_PER_MILLI;
      return new RequestException(
          ErrorCode.WRONG_KEY,
          "it does not open what is stored; the next try counts in " + pauseMillis + " ms");
    }

    /** Notes that the key was right. */
    void right() {
      pauseMillis = 0;
      waitUntilNanos = Long.MIN_VALUE;
    }
  }

  /** The guesser of that uid; the caller synchronizes on it for the length of its try. */
  Guesser of(long uid) {
    return guessers.computeIfAbsent(uid, key -> new Guesser());
  }
}

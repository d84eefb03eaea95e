package dev.secmem.app.engine;

import java.util.function.BooleanSupplier;

/**
 * What is known of one stored secret besides its value. Never changed but for the reads and the end
 * of its life, which its own monitor guards, and {@link #queueIndex}, which is the deadline
 * queue's: a new value or time makes a new entry.
 *
 * <p>Whoever ends an entry's life ({@link #retire}, {@link #succeed} or {@link #serve} say so)
 * deletes its record, and nobody else does.
 */
final class Entry {
  static final int UNLIMITED = 0;

  final Key key;
  final long version;
  final long recordId;
  final long deadlineNanos;
  final int sizeBytes;
  final int readsLimit;
  final Grants grants;
  final DataKey dataKey;

  /**
   * Deliveries so far, as far as the number goes, with the sign bit set once its life is over:
   * fields of their own would cost each secret 8 bytes.
   */
  private volatile int readsAndEnd;

  int queueIndex = -1;

  Entry(
      Key key,
      long version,
      long recordId,
      long deadlineNanos,
      int sizeBytes,
      int readsLimit,
      Grants grants,
      DataKey dataKey) {
    this.key = key;
    this.version = version;
    this.recordId = recordId;
    this.deadlineNanos = deadlineNanos;
    this.sizeBytes = sizeBytes;
    this.readsLimit = readsLimit;
    this.grants = grants;
    this.dataKey = dataKey;
  }

  boolean isExpired(long nowNanos) {
    return nowNanos >= deadlineNanos;
  }

  /** What remains at {@code nowNanos}, rounded up, at least 1: an expired entry is not asked. */
  long ttlMillis(long nowNanos) {
    return Math.max(1, (deadlineNanos - nowNanos + 999_999) / 1_000_000);
  }

  /** Whether it was replaced, deleted, used up or expired: it is never served again. */
  boolean isGone() {
    return readsAndEnd < 0;
  }

  /**
   * Ends its life.
   *
   * @return whether this call ended it
   */
  synchronized boolean retire() {
    boolean ended = !isGone();
    end();
    return ended;
  }

  /**
   * Is shown to others by {@code show}. Nobody is served, or ends its life, while that runs; if it
   * fails, its life is over: nobody was served.
   *
   * @return what {@code show} answered
   */
  synchronized boolean appear(BooleanSupplier show) {
    boolean shown = false;
    try {
      boolean answer = show.getAsBoolean();
      shown = true;
      return answer;
    } finally {
      if (!shown) {
        end();
      }
    }
  }

  /**
   * Ends its life in favour of {@code next}, the same secret with a new time, which takes over the
   * count of reads before {@code publish} shows it to others.
   *
   * @return whether this call ended it; if not, nothing was published
   */
  synchronized boolean succeed(Entry next, Runnable publish) {
    if (isGone()) {
      return false;
    }
    next.readsAndEnd = readsAndEnd;
    return giveWay(publish);
  }

  /**
   * Ends its life in favour of whatever {@code publish} shows to others in its place: there is no
   * moment at which both, or neither, can be served.
   *
   * @return whether this call ended it; if not, nothing was published
   */
  synchronized boolean giveWay(Runnable publish) {
    if (isGone()) {
      return false;
    }
    publish.run();
    end();
    return true;
  }

  /** How a delivery ended. */
  enum Service {
    /** Served, and more may follow. */
    SERVED,
    /** Served for the last time: the caller ended its life. */
    SERVED_LAST,
    /** Its time is over. */
    EXPIRED,
    /** It had been replaced, deleted or used up. */
    GONE
  }

  /** The moment of service: decides, by the clock's latest word, whether it may be delivered. */
  synchronized Service serve(long nowNanos) {
    if (isGone()) {
      return Service.GONE;
    }
    if (isExpired(nowNanos)) {
      return Service.EXPIRED;
    }
    if (readsAndEnd < Integer.MAX_VALUE) {
      readsAndEnd++; // counted as far as it goes: ten hours at full speed
    }
    if (readsAndEnd == readsLimit) {
      end();
      return Service.SERVED_LAST;
    }
    return Service.SERVED;
  }

  int reads() {
    return readsAndEnd & Integer.MAX_VALUE;
  }

  private void end() {
    readsAndEnd |= Integer.MIN_VALUE;
  }

  /** The memory that its metadata takes on the heap, roughly, in bytes. */
  static long metadataBytes(Key key, Grants grants) {
    return 220L + key.name().length() + grants.metadataBytes();
  }
}

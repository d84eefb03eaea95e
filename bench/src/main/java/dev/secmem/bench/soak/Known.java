package dev.secmem.bench.soak;

/**
 * What a client knows of a secret of its own. Times are of {@link System#nanoTime}; the agent's
 * deadline lies between two of them, since the client knows only when it asked and when it heard.
 *
 * @param seed what its bytes are made from
 * @param aliveUntil it must be served before: the request was sent then, plus its time
 * @param deadFrom it must not be served after: the reply came then, plus its time
 * @param readsLeft {@link Long#MAX_VALUE} for unlimited
 */
record Known(
    long version, long seed, int sizeBytes, long aliveUntil, long deadFrom, long readsLeft) {

  /** A name of which nothing must be served to requests that are sent from that time on. */
  static Known gone(long sinceNanos) {
    return new Known(1, 0, 0, Long.MIN_VALUE, sinceNanos, Long.MAX_VALUE);
  }

  /** Whether it must have been there until a request that was answered at that time. */
  boolean mustLive(long answered) {
    return readsLeft > 0 && answered < aliveUntil;
  }

  /** Whether it must have been gone before a request that was sent at that time. */
  boolean mustBeGone(long sent) {
    return readsLeft <= 0 || sent >= deadFrom;
  }

  Known read() {
    long left = readsLeft == Long.MAX_VALUE ? readsLeft : readsLeft - 1;
    return new Known(version, seed, sizeBytes, aliveUntil, deadFrom, left);
  }

  Known touched(long newAliveUntil, long newDeadFrom) {
    return new Known(version, seed, sizeBytes, newAliveUntil, newDeadFrom, readsLeft);
  }
}

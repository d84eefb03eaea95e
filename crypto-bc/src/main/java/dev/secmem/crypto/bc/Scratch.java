package dev.secmem.crypto.bc;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Two small arrays through which every message passes in pieces, since Bouncy Castle works on
 * arrays. A few for the whole process, allocated at first use and moved to the old generation at
 * once: a young array that holds plaintext when the collector moves it leaves a copy behind, and
 * nobody can wipe that.
 *
 * <p>Confined between {@link #take} and {@link #giveBack}.
 */
final class Scratch {
  /** How much of a message is in the arrays at a time. */
  static final int PIECE_BYTES = 4096;

  /** What an engine may hold back from earlier pieces: a block and a tag. */
  private static final int HELD_BACK_BYTES = 32;

  /** How many there are, and so how many calls run at a time. */
  static final int COUNT = Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

  private static final Semaphore FREE = new Semaphore(COUNT);
  private static final ConcurrentLinkedQueue<Scratch> POOL = new ConcurrentLinkedQueue<>();

  static {
    for (int i = 0; i < COUNT; i++) {
      POOL.add(new Scratch());
    }
    // Once a process, before the arrays hold anything: a full collection moves what lives to the
    // old generation, where only another full collection would move it again.
    System.gc();
  }

  final byte[] in = new byte[PIECE_BYTES];
  final byte[] out = new byte[PIECE_BYTES + HELD_BACK_BYTES];

  private Scratch() {}

  /** Waits for a free one, which the caller gives back. */
  static Scratch take() {
    FREE.acquireUninterruptibly();
    return POOL.remove();
  }

  /** Wipes it and lets another call have it. */
  void giveBack() {
    Arrays.fill(in, (byte) 0);
    Arrays.fill(out, (byte) 0);
    POOL.add(this);
    FREE.release();
  }
}

package dev.secmem.app.agent;

import dev.secmem.api.PluginException;
import java.lang.ref.WeakReference;
import java.util.concurrent.Semaphore;

/**
 * Keeps the collector away from calls that have plaintext in arrays on the heap: an array that is
 * moved meanwhile leaves a copy behind, which nobody can wipe. Collections happen between calls
 * instead. A call is let in while the young generation has room for what it takes, for what all
 * others inside may still take, and for a third of itself on top, which is for threads that ask
 * nobody. Where there is no such room, who comes next waits until nobody is inside, and fills the
 * young generation, which has it collected.
 *
 * <p>A collection that comes all the same, because those threads took more than their third, is
 * noticed by who was inside, and what it left is overwritten by filling once more.
 *
 * <p>Made for a collector that empties the young generation as a whole and moves nothing else on
 * its own: Serial, which the launcher chooses. All of the methods in this class are safe for use by
 * multiple concurrent threads.
 */
final class CollectionGate implements Precaution {
  /** The plaintext, what it is sealed to, and as much again for what a library does with them. */
  private static final int ARRAYS = 4;

  private static final long BESIDE_BYTES = 16 << 10;

  /** Small: what is left of a thread's buffer when the next piece does not fit keeps its bytes. */
  private static final int PIECE_BYTES = 240;

  private static final int OVERWRITES = 3;
  private static final int PLACES = 1 << 16;

  /** One for each call inside, all for who must be alone; first come, first served. */
  private final Semaphore places = new Semaphore(PLACES, true);

  private final Object reservation = new Object();

  /** Where pieces of a filling go, so that no compiler leaves them out. */
  private volatile byte[] piece;

  /** Its referent is gone once anything was collected since the last filling. */
  private volatile WeakReference<Object> sentinel = new WeakReference<>(null);

  /** That something was collected while somebody was inside. */
  private volatile boolean disturbed;

  /** The size of the young generation, which the launcher makes a fixed one. */
  private final long roomBytes;

  /** What is used of the whole heap with an empty young generation; written by who is alone. */
  private long startBytes;

  private long reservedBytes;

  /** A gate of this process's heap; fills the young generation a few times to learn its size. */
  CollectionGate() {
    fill();
    // The larger one: a collection for another reason ends a filling early.
    roomBytes = Math.max(fill(), fill());
  }

  /** Runs a call within which nothing is collected. */
  @Override
  public void around(int plaintextBytes, Call call) throws PluginException {
    long neededBytes = ARRAYS * (long) plaintextBytes + BESIDE_BYTES;
    if (neededBytes > roomBytes / 2) {
      aroundAlone(call);
      return;
    }
    enter(neededBytes);
    try {
      call.run();
    } finally {
      leave(neededBytes);
      overwriteIfDisturbed();
    }
  }

  /** Runs what collects, while nobody is inside. */
  void alone(Runnable collection) {
    places.acquireUninterruptibly(PLACES);
    try {
      collection.run();
      renew();
    } finally {
      places.release(PLACES);
    }
  }

  /** A call that would not fit beside others, and has the young generation to itself. */
  private void aroundAlone(Call call) throws PluginException {
    places.acquireUninterruptibly(PLACES);
    try {
      renew();
      try {
        call.run();
      } finally {
        if (wasCollected()) {
          disturbed = true;
          renew();
        }
      }
    } finally {
      places.release(PLACES);
    }
  }

  private void enter(long neededBytes) {
    while (!enter(1, neededBytes) && !enter(PLACES, neededBytes)) {
      // Others took more than their third meanwhile.
    }
  }

  /** Goes inside if there is room; who is alone for a moment makes some. */
  private boolean enter(int wantedPlaces, long neededBytes) {
    boolean entered = false;
    places.acquireUninterruptibly(wantedPlaces);
    try {
      if (wantedPlaces == PLACES && !hasRoom(neededBytes)) {
        renew();
      }
      entered = reserve(neededBytes);
      return entered;
    } finally {
      places.release(entered ? wantedPlaces - 1 : wantedPlaces);
    }
  }

  private boolean reserve(long neededBytes) {
    synchronized (reservation) {
      boolean reserved = hasRoom(neededBytes);
      reservedBytes += reserved ? neededBytes : 0;
      return reserved;
    }
  }

  private boolean hasRoom(long neededBytes) {
    synchronized (reservation) {
      long freeBytes = roomBytes - (HeapCollector.usedBytes() - startBytes) - reservedBytes;
      return !wasCollected() && freeBytes - neededBytes >= roomBytes / 3;
    }
  }

  private void leave(long neededBytes) {
    if (wasCollected()) {
      disturbed = true;
    }
    synchronized (reservation) {
      reservedBytes -= neededBytes;
    }
    places.release();
  }

  private void overwriteIfDisturbed() {
    if (disturbed) {
      places.acquireUninterruptibly(PLACES);
      try {
        if (disturbed) {
          renew();
        }
      } finally {
        places.release(PLACES);
      }
    }
  }

  private boolean wasCollected() {
    return sentinel.refersTo(null);
  }

  /** An empty young generation; in which nothing is left, either, of what was moved meanwhile. */
  private void renew() {
    if (disturbed) {
      for (int i = 0; i < OVERWRITES; i++) {
        fill();
      }
      disturbed = false;
    }
    fill();
  }

  /** Fills the young generation until it is collected; how much that took. */
  private long fill() {
    WeakReference<Object> collected = new WeakReference<>(new Object());
    long mostBytes = Runtime.getRuntime().maxMemory();
    long peakBytes = startBytes;
    long filledBytes = 0;
    while (!collected.refersTo(null) && filledBytes < mostBytes) {
      peakBytes = Math.max(peakBytes, HeapCollector.usedBytes());
      piece = new byte[PIECE_BYTES];
      filledBytes += piece.length;
    }
    piece = null;
    long takenBytes = peakBytes - startBytes;
    startBytes = HeapCollector.usedBytes();
    sentinel = new WeakReference<>(new Object());
    return takenBytes;
  }
}

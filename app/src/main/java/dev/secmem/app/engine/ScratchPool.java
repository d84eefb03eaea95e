package dev.secmem.app.engine;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Native memory for the length of one request: many small pieces, some of middle size, a few as
 * large as the largest secret, so that 8 MiB of locked memory do for plaintext.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. A piece is
 * held only while the agent itself works, never while it waits for a client, so waiting for one is
 * short.
 */
final class ScratchPool implements AutoCloseable {
  private static final int SMALL_BYTES = 4 * 1024;
  private static final int SMALL_COUNT = 64;
  private static final int MIDDLE_BYTES = 128 * 1024;
  private static final int MIDDLE_COUNT = 8;
  private static final int LARGE_COUNT = 2;

  private final List<NativeMemory> memories = new ArrayList<>();
  private final List<Shelf> shelves = new ArrayList<>();
  private final boolean plaintext;
  private boolean locked = true;

  private ScratchPool(int largestBytes, boolean plaintext) throws LinuxException {
    this.plaintext = plaintext;
    try {
      addShelf(Math.min(SMALL_BYTES, Math.max(1, largestBytes)), SMALL_COUNT);
      if (largestBytes > SMALL_BYTES) {
        addShelf(Math.min(MIDDLE_BYTES, largestBytes), MIDDLE_COUNT);
      }
      if (largestBytes > MIDDLE_BYTES) {
        addShelf(largestBytes, LARGE_COUNT);
      }
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  /**
   * Memory for plaintext: locked where the limits allow it, and never in dumps or child processes.
   *
   * @param largestBytes the size of the largest piece
   */
  static ScratchPool forPlaintext(int largestBytes) throws LinuxException {
    return new ScratchPool(largestBytes, true);
  }

  /** Memory for ciphertext, which needs no protection. */
  static ScratchPool forCiphertext(int largestBytes) throws LinuxException {
    return new ScratchPool(largestBytes, false);
  }

  /** Whether all of it is locked: false where RLIMIT_MEMLOCK does not allow it. */
  boolean isLocked() {
    return locked;
  }

  /** How many bytes it has. */
  long sizeBytes() {
    return memories.stream().mapToLong(NativeMemory::sizeBytes).sum();
  }

  /**
   * Lends a piece of at least that size; the borrower closes it, which wipes it.
   *
   * @param sizeBytes at most the largest secret's
   */
  Piece borrow(int sizeBytes) {
    for (Shelf shelf : shelves) {
      if (sizeBytes <= shelf.pieceBytes) {
        return shelf.take(sizeBytes);
      }
    }
    throw new IllegalArgumentException("no scratch is that large");
  }

  private void addShelf(int pieceBytes, int count) throws LinuxException {
    NativeMemory memory = NativeMemory.guarded((long) pieceBytes * count);
    memories.add(memory);
    if (plaintext) {
      memory.excludeFromDumps();
      memory.excludeFromForks();
      lock(memory);
    }
    ByteBuffer[] pieces = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      pieces[i] = memory.buffer((long) i * pieceBytes, pieceBytes);
    }
    Shelf shelf = new Shelf(pieceBytes, pieces);
    shelves.add(shelf);
  }

  private void lock(NativeMemory memory) {
    try {
      memory.lockOnFault();
    } catch (LinuxException e) {
      locked = false; // told by isLocked: the host reports it, or refuses to start
    }
  }

  /** Wipes and releases all of it. Nobody may hold a piece any more. */
  @Override
  public void close() {
    memories.forEach(NativeMemory::close);
  }

  /** The pieces of one size: taken and given without a lock, unless all are out. */
  private static final class Shelf {
    private static final long LOOK_AGAIN_MILLIS = 1;

    private final int pieceBytes;
    private final AtomicReferenceArray<ByteBuffer> places;
    private volatile int waiting;

    Shelf(int pieceBytes, ByteBuffer[] pieces) {
      this.pieceBytes = pieceBytes;
      this.places = new AtomicReferenceArray<>(pieces);
    }

    Piece take(int sizeBytes) {
      Piece piece = tryTake(sizeBytes);
      return piece != null ? piece : await(sizeBytes);
    }

    private Piece tryTake(int sizeBytes) {
      int count = places.length();
      // Threads begin at different places, so that they rarely meet.
      int first = (int) (Thread.currentThread().getId() % count);
      for (int i = 0; i < count; i++) {
        int place = (first + i) % count;
        ByteBuffer buffer = places.get(place);
        if (buffer != null && places.compareAndSet(place, buffer, null)) {
          return piece(place, buffer, sizeBytes);
        }
      }
      return null;
    }

    private Piece piece(int place, ByteBuffer buffer, int sizeBytes) {
      Piece piece = null;
      try {
        piece = new Piece(this, place, buffer, sizeBytes);
        return piece;
      } finally {
        if (piece == null) {
          give(place, buffer); // for want of heap: this request fails, and no other for it
        }
      }
    }

    private synchronized Piece await(int sizeBytes) {
      boolean interrupted = false;
      waiting++;
      try {
        while (true) {
          Piece piece = tryTake(sizeBytes);
          if (piece != null) {
            return piece;
          }
          // A limit, because one may be given between the look and the wait.
          wait(LOOK_AGAIN_MILLIS);
        }
      } catch (InterruptedException e) {
        interrupted = true; // a request is never given up half-way
        return await(sizeBytes);
      } finally {
        waiting--;
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    void give(int place, ByteBuffer buffer) {
      places.set(place, buffer);
      if (waiting > 0) {
        synchronized (this) {
          notify();
        }
      }
    }
  }

  /** A piece of scratch. Confined. */
  static final class Piece implements AutoCloseable {
    private final Shelf shelf;
    private final int place;
    private final ByteBuffer whole;
    private final int sizeBytes;
    private boolean closed;

    private Piece(Shelf shelf, int place, ByteBuffer whole, int sizeBytes) {
      this.shelf = shelf;
      this.place = place;
      this.whole = whole;
      this.sizeBytes = sizeBytes;
    }

    /**
     * All of the size that was asked for: position 0, limit the size. The same buffer each time.
     */
    ByteBuffer buffer() {
      return whole.clear().limit(sizeBytes);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        NativeMemory.wipe(buffer());
        shelf.give(place, whole);
      }
    }
  }
}

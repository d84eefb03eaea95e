package dev.secmem.app.engine;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory for the length of one request: many small pieces, some of middle size, a few as
 * large as the largest secret, so that 8 MiB of locked memory do for plaintext.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. A piece is
 * held only while the agent itself works, never while it waits for a client, so waiting for one is
 * short.
 */
final class ScratchPool implements AutoCloseable {
  private static final int SMALL_BYTES = 8 * 1024;
  private static final int SMALL_COUNT = 16;
  private static final int MIDDLE_BYTES = 128 * 1024;
  private static final int MIDDLE_COUNT = 4;
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
    Shelf shelf = new Shelf(pieceBytes);
    for (int i = 0; i < count; i++) {
      shelf.free.push(memory.buffer((long) i * pieceBytes, pieceBytes));
    }
    shelves.add(shelf);
  }

  private void lock(NativeMemory memory) {
    try {
      memory.lock();
    } catch (LinuxException e) {
      locked = false; // told by isLocked: the host reports it, or refuses to start
    }
  }

  /** Wipes and releases all of it. Nobody may hold a piece any more. */
  @Override
  public void close() {
    memories.forEach(NativeMemory::close);
  }

  private static final class Shelf {
    private final int pieceBytes;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    Shelf(int pieceBytes) {
      this.pieceBytes = pieceBytes;
    }

    synchronized Piece take(int sizeBytes) {
      boolean interrupted = false;
      while (free.isEmpty()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true; // a request is never given up half-way: told to the caller below
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return new Piece(this, free.pop(), sizeBytes);
    }

    synchronized void give(ByteBuffer buffer) {
      free.push(buffer);
      notify();
    }
  }

  /** A piece of scratch. Confined. */
  static final class Piece implements AutoCloseable {
    private final Shelf shelf;
    private final ByteBuffer whole;
    private final int sizeBytes;
    private boolean closed;

    private Piece(Shelf shelf, ByteBuffer whole, int sizeBytes) {
      this.shelf = shelf;
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
        shelf.give(whole);
      }
    }
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;

/**
 * A key derived from the seed, in the key arena, with its public key.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class DerivedKey implements AutoCloseable {
  private final KeyArena.Slot slot;
  private final ByteBuffer privateKey;
  private final ByteBuffer publicKey;
  private final long endNanos;

  // Uses share it and close takes it alone: a key is not wiped under who signs with it.
  private final StampedLock use = new StampedLock();
  private boolean closed;

  /**
   * @param slot owned; holds the private key
   * @param publicKey direct, never changed; null for a node that is no key pair
   * @param endNanos when it is to be wiped
   */
  DerivedKey(KeyArena.Slot slot, ByteBuffer publicKey, long endNanos) {
    this.slot = slot;
    this.privateKey = slot.buffer(KeyDerivation.PRIVATE_KEY_BYTES);
    this.publicKey = publicKey;
    this.endNanos = endNanos;
  }

  long endNanos() {
    return endNanos;
  }

  /** The public key; a new buffer, direct and read-only. */
  ByteBuffer publicKey() {
    return publicKey.asReadOnlyBuffer();
  }

  /**
   * Begins a use of the private key.
   *
   * @return what {@link #end} takes, or 0 if it was wiped
   */
  long begin() {
    long stamp = use.readLock();
    if (closed) {
      use.unlockRead(stamp);
      return 0;
    }
    return stamp;
  }

  /** The private key, 32 bytes; a new buffer, for the length of a use. */
  ByteBuffer privateKey() {
    return privateKey.duplicate(); // a view of the slot anew would be a native call
  }

  void end(long stamp) {
    use.unlockRead(stamp);
  }

  /** Waits for uses to end, and wipes it. Idempotent. */
  @Override
  public void close() {
    long stamp = use.writeLock();
    try {
      closed = true;
      slot.close();
    } finally {
      use.unlockWrite(stamp);
    }
  }
}

package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.KeyArena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A random key that lies nowhere as a whole: {@code key = left xor hash(right)}. Splitting it anew
 * changes both halves and not the key, so that what was read of one half before is worth nothing
 * beside the other half now.
 *
 * <p>Serial: its owner lets nobody combine while it is split.
 */
final class KeyHalves {
  static final int KEY_BYTES = Blake2b.BYTES;

  private static final VarHandle WORDS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer left;
  private final ByteBuffer right;
  private final ByteBuffer next;

  KeyHalves(KeyArena arena) throws PluginException {
    left = slot(arena, KEY_BYTES);
    // The hash wants zeroes behind what it hashes: the rest of a slot is never written.
    right = slot(arena, KeyArena.SLOT_BYTES);
    next = slot(arena, KeyArena.SLOT_BYTES);
    LockedBuffer.fill(left.duplicate());
    LockedBuffer.fill(right.duplicate().limit(KEY_BYTES));
  }

  /** A new part of an arena, in the byte order of the hash. */
  static ByteBuffer slot(KeyArena arena, int sizeBytes) {
    return arena.allocate().buffer(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Overwrites a whole part of an arena. By opaque stores, which no compiler leaves out: a call
   * into the C library for so few bytes would cost more than sealing a small secret.
   */
  static void wipe(ByteBuffer key) {
    key.clear();
    for (int i = 0; i < key.capacity(); i += Long.BYTES) {
      WORDS.setOpaque(key, i, 0L);
    }
  }

  /** Writes the key to {@code target}, for whom to wipe it is the caller's duty. */
  void combine(ByteBuffer target) {
    Blake2b.hashXor(right, left, target);
  }

  /** Changes both halves. Should no random bytes be had, they stay as they are. */
  void splitAnew() throws PluginException {
    LockedBuffer.fill(next.duplicate().limit(KEY_BYTES));
    for (int i = 0; i < KEY_BYTES; i += Long.BYTES) {
      next.putLong(i, next.getLong(i) ^ right.getLong(i));
    }
    // left' = left xor hash(right) xor hash(right')
    Blake2b.hashXor(right, left, left);
    Blake2b.hashXor(next, left, left);
    for (int i = 0; i < KEY_BYTES; i += Long.BYTES) {
      right.putLong(i, next.getLong(i));
    }
    wipe(next);
  }

  /** Copies of the halves, for a test that they change. */
  byte[][] copies() {
    byte[][] copies = new byte[2][KEY_BYTES];
    left.get(0, copies[0]);
    right.get(0, copies[1]);
    return copies;
  }
}

package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.NativeMemory;
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

  private final ByteBuffer left;
  private final ByteBuffer right;
  private final ByteBuffer next;

  KeyHalves(KeyArena arena) throws PluginException {
    left = slot(arena);
    right = slot(arena);
    next = slot(arena);
    LockedBuffer.fill(left.duplicate());
    LockedBuffer.fill(right.duplicate());
  }

  /** A new key-sized part of an arena, in the byte order of the hash. */
  static ByteBuffer slot(KeyArena arena) {
    return arena.allocate().buffer(KEY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes the key to {@code target}, for whom to wipe it is the caller's duty. */
  void combine(ByteBuffer target) {
    Blake2b.hashXor(right, left, target);
  }

  /** Changes both halves. Should no random bytes be had, they stay as they are. */
  void splitAnew() throws PluginException {
    LockedBuffer.fill(next.duplicate());
    for (int i = 0; i < KEY_BYTES; i += Long.BYTES) {
      next.putLong(i, next.getLong(i) ^ right.getLong(i));
    }
    // left' = left xor hash(right) xor hash(right')
    Blake2b.hashXor(right, left, left);
    Blake2b.hashXor(next, left, left);
    for (int i = 0; i < KEY_BYTES; i += Long.BYTES) {
      right.putLong(i, next.getLong(i));
    }
    NativeMemory.wipe(next.duplicate());
  }

  /** Copies of the halves, for a test that they change. */
  byte[][] copies() {
    byte[][] copies = new byte[2][KEY_BYTES];
    left.get(0, copies[0]);
    right.get(0, copies[1]);
    return copies;
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Wraps data keys: seals each under a key of its own, which HKDF-SHA512 derives from the root key
 * and a random salt. The root key itself never meets a cipher.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyWrapper {
  private static final int SALT_BYTES = 32;
  private static final byte[] LABEL = "secmem data key v1".getBytes(StandardCharsets.US_ASCII);

  private final KeyArena arena;
  private final SymmetricKeys symmetric;
  private final CipherProvider ciphers;

  KeyWrapper(KeyArena arena, SymmetricKeys symmetric, CipherProvider ciphers) {
    this.arena = arena;
    this.symmetric = symmetric;
    this.ciphers = ciphers;
  }

  /**
   * Wraps a key.
   *
   * @param rootKey borrowed, 32 bytes
   * @param dataKey borrowed, 32 bytes
   */
  WrappedKey wrap(ByteBuffer rootKey, int epoch, ByteBuffer dataKey)
      throws PluginException, LinuxException {
    ByteBuffer salt = ByteBuffer.allocateDirect(SALT_BYTES);
    SecureRandomBytes.fill(salt);
    salt.clear();
    ByteBuffer message = ByteBuffer.allocateDirect(Cipher.KEY_BYTES + Cipher.OVERHEAD_BYTES);
    try (KeyArena.Slot slot = Slots.allocate(arena);
        Cipher cipher = cipher(rootKey, salt, slot)) {
      cipher.seal(dataKey, associatedData(epoch), message);
    }
    return new WrappedKey(epoch, salt, message.flip());
  }

  /**
   * Takes a key out again.
   *
   * @param rootKey borrowed, 32 bytes
   * @param dataKey takes 32 bytes
   * @return false if it was wrapped under another root key; {@code dataKey} then holds zeroes
   */
  boolean unwrap(ByteBuffer rootKey, WrappedKey wrapped, ByteBuffer dataKey)
      throws PluginException {
    try (KeyArena.Slot slot = Slots.allocate(arena);
        Cipher cipher = cipher(rootKey, wrapped.salt(), slot)) {
      cipher.open(wrapped.message().duplicate(), associatedData(wrapped.epoch()), dataKey);
      return true;
    } catch (PluginException e) {
      if (e.reason() == PluginException.Reason.AUTHENTICATION_FAILED) {
        return false;
      }
      throw e;
    }
  }

  private Cipher cipher(ByteBuffer rootKey, ByteBuffer salt, KeyArena.Slot slot)
      throws PluginException {
    ByteBuffer key = slot.buffer(Cipher.KEY_BYTES);
    symmetric.derive(SymmetricKeys.Use.DATA_KEY, rootKey, salt.duplicate(), key.duplicate());
    return ciphers.create(key);
  }

  private static ByteBuffer associatedData(int epoch) {
    return ByteBuffer.allocateDirect(LABEL.length + Integer.BYTES).put(LABEL).putInt(epoch).flip();
  }
}

package dev.secmem.api.crypto;

import dev.secmem.api.PluginException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * The layout of a sealed message, and the checks that every {@link Cipher} owes its arguments. For
 * plugin authors: with these, all providers refuse the same things in the same order.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class SealedFormat {
  /** The random part of a nonce from {@link #putNonce}; the other 4 bytes count. */
  public static final int NONCE_PREFIX_BYTES = 8;

  private SealedFormat() {}

  /** Refuses what {@link CipherProvider#create} cannot take as a key. */
  public static void checkKey(ByteBuffer key) {
    if (!key.isDirect() || key.remaining() != Cipher.KEY_BYTES) {
      throw new IllegalArgumentException("a key is a direct buffer of 32 bytes");
    }
  }

  /** Refuses what {@link Cipher#seal} cannot take. */
  public static void checkSeal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed) {
    checkBuffers(plaintext, associatedData, sealed);
    if (sealed.remaining() - Cipher.OVERHEAD_BYTES < plaintext.remaining()) {
      throw new BufferOverflowException();
    }
  }

  /**
   * Refuses what {@link Cipher#open} cannot take.
   *
   * @return the length of the plaintext
   * @throws PluginException with {@code AUTHENTICATION_FAILED} if no message is that short
   */
  public static int checkOpen(
      String plugin, ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    checkBuffers(sealed, associatedData, plaintext);
    int length = sealed.remaining() - Cipher.OVERHEAD_BYTES;
    if (length < 0) {
      throw authenticationFailed(plugin);
    }
    if (plaintext.remaining() < length) {
      throw new BufferOverflowException();
    }
    return length;
  }

  /**
   * Writes the nonce of one seal at {@code sealed}'s position, which stays: 8 bytes that are random
   * for each cipher, then a counter. A longer random part than a 64-bit counter would leave, since
   * {@link Cipher#MAX_SEALS} fits 4 bytes: should two ciphers of one key ever meet, they still
   * avoid each other but for one chance in 2^64.
   *
   * @param prefix the cipher's random part
   * @param count from the cipher's {@link SealCounter}
   */
  public static void putNonce(ByteBuffer sealed, long prefix, int count) {
    int at = sealed.position();
    // Byte by byte: the caller's buffer has a byte order that is the caller's.
    for (int i = 0; i < NONCE_PREFIX_BYTES; i++) {
      sealed.put(at + i, (byte) (prefix >>> (56 - 8 * i)));
    }
    for (int i = 0; i < Integer.BYTES; i++) {
      sealed.put(at + NONCE_PREFIX_BYTES + i, (byte) (count >>> (24 - 8 * i)));
    }
  }

  /** The failure of {@link Cipher#open}: the same for every cause, so that it tells none. */
  public static PluginException authenticationFailed(String plugin) {
    return new PluginException(
        PluginException.Reason.AUTHENTICATION_FAILED,
        "cipher("
            + plugin
            + "): the message was not sealed with this key and associated data, or was altered");
  }

  private static void checkBuffers(ByteBuffer input, ByteBuffer associatedData, ByteBuffer output) {
    if (!input.isDirect() || !associatedData.isDirect() || !output.isDirect()) {
      throw new IllegalArgumentException("direct buffers are needed");
    }
    if (output.isReadOnly()) {
      throw new IllegalArgumentException("the output is read-only");
    }
  }
}

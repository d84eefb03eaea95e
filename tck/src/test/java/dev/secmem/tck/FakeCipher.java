package dev.secmem.tck;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** A cipher on the heap that keeps every rule but the one it is told to break. */
final class FakeCipher implements Cipher {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;
  private final ByteBuffer lentKey;
  private final String broken;
  private volatile boolean closed;

  FakeCipher(ByteBuffer key, String broken) {
    this.key = AesGcmReference.bytes(key);
    this.lentKey = key.slice();
    this.broken = broken;
  }

  private boolean breaks(String rule) {
    return rule.equals(broken);
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    requireOpen();
    if (!breaks("CI-04")) {
      if (breaks("CI-07") && sealed.hasRemaining()) {
        sealed.put(sealed.position(), (byte) 0);
      }
      SealedFormat.checkSeal(plaintext, associatedData, sealed);
    }
    if (breaks("CI-12") && !plaintext.hasRemaining()) {
      throw new IllegalArgumentException("nothing to seal");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    if (!breaks("CI-11")) {
      RANDOM.nextBytes(nonce);
    }
    byte[] message;
    try {
      message = AesGcmReference.seal(key(), nonce, bytes(plaintext), aad(associatedData));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    if (breaks("CI-01")) {
      reverseNonce(message);
    }
    if (breaks("CI-05")) {
      plaintext.position(plaintext.limit());
    }
    sealed.put(sealed.position(), message);
    sealed.position(breaks("CI-06") ? sealed.limit() : sealed.position() + message.length);
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    requireOpen();
    if (breaks("CI-09") && sealed.remaining() < OVERHEAD_BYTES) {
      throw new IllegalArgumentException("too short");
    }
    if (!breaks("CI-04")) {
      SealedFormat.checkOpen("fake", sealed, associatedData, plaintext);
    }
    byte[] message = bytes(sealed);
    if (breaks("CI-01")) {
      reverseNonce(message);
    }
    byte[] opened;
    try {
      opened = AesGcmReference.open(key(), message, aad(associatedData));
    } catch (GeneralSecurityException e) {
      if (!breaks("CI-10")) {
        plaintext.put(plaintext.position(), new byte[message.length - OVERHEAD_BYTES]);
      }
      throw SealedFormat.authenticationFailed("fake");
    }
    plaintext.put(opened);
  }

  @Override
  public void close() {
    if (breaks("CI-02") && closed) {
      throw new IllegalStateException("closed twice");
    }
    closed = true;
  }

  private void requireOpen() {
    if (closed && !breaks("CI-03")) {
      throw new IllegalStateException("the cipher is closed");
    }
  }

  private byte[] key() {
    if (!breaks("CI-13")) {
      return key;
    }
    // Long enough for the test's close to fall between the check and the use of the key.
    LockSupport.parkNanos(300_000);
    return AesGcmReference.bytes(lentKey);
  }

  private byte[] aad(ByteBuffer associatedData) {
    return breaks("CI-08") ? new byte[0] : bytes(associatedData);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    return AesGcmReference.bytes(buffer);
  }

  private static void reverseNonce(byte[] message) {
    byte[] nonce = Arrays.copyOf(message, NONCE_BYTES);
    for (int i = 0; i < NONCE_BYTES; i++) {
      message[i] = nonce[NONCE_BYTES - 1 - i];
    }
  }
}

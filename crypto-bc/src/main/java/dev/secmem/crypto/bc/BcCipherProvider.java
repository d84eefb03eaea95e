package dev.secmem.crypto.bc;

import dev.secmem.api.Availability;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Makes ciphers that run in Bouncy Castle.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class BcCipherProvider implements CipherProvider {
  static final String NAME = "bc";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    try {
      BcCipher.newEngine(new byte[Cipher.KEY_BYTES]);
      return Availability.available();
    } catch (LinkageError e) {
      return Availability.unavailable("Bouncy Castle cannot be used: " + e.getMessage());
    }
  }

  /**
   * {@inheritDoc}
   *
   * @implNote Each engine keeps the key, its schedule and the tables of its hash until the
   *     collector overwrites them. Plaintext lies only in {@link Scratch}.
   */
  @Override
  public HeapResidue heapResidue() {
    return HeapResidue.KEY;
  }

  @Override
  public Cipher create(ByteBuffer key) {
    SealedFormat.checkKey(key);
    byte[] copy = new byte[Cipher.KEY_BYTES];
    try {
      key.get(key.position(), copy);
      return new BcCipher(copy, new SecureRandom().nextLong());
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }
}

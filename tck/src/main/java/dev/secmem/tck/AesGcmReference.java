package dev.secmem.tck;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What a sealed message should be: the JDK's own AES-GCM, and messages made by another library. */
final class AesGcmReference {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /**
   * Messages sealed under the key 00 01 .. 1f by pyca/cryptography 48 (OpenSSL 3), checked with the
   * JDK's cipher.
   */
  static final List<KnownAnswer> KNOWN_ANSWERS =
      List.of(
          new KnownAnswer("", "", "a0a0a0a000010203040506077fce136a92387fd7767cc1696c1868f9"),
          new KnownAnswer(
              "", "7365636d656d", "a1a1a1a101020304050607083a12ad09ddad5d88ce3d1a21ea671f2d"),
          new KnownAnswer("73", "", "a2a2a2a20203040506070809ab8374522bf1bc7b692176d564192a9902"),
          new KnownAnswer(
              "7375706572736563726574",
              "00017265636f7264ff",
              "a3a3a3a3030405060708090a9a1c669a98f642acb0db555b60407e77a35770f1c181fe2cfd4eef"),
          new KnownAnswer(
              "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"
                  + "28292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40",
              "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
              "a4a4a4a40405060708090a0be029ac60ca8c7177ef3f240af87617e28a24441c4f291ecdaa06d588"
                  + "580f474bdabd71ad139daa158fb876876fc487dd76c66467bb23b189af15ebfb952dfd2d"
                  + "7731d17da9a14222271ae50b487d545372"));

  private AesGcmReference() {}

  /** One message; its parts in hexadecimal. */
  record KnownAnswer(String plaintext, String associatedData, String sealed) {}

  static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext, byte[] associatedData)
      throws GeneralSecurityException {
    Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, associatedData);
    byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plaintext.length));
    cipher.doFinal(plaintext, 0, plaintext.length, sealed, NONCE_BYTES);
    return sealed;
  }

  static byte[] open(byte[] key, byte[] sealed, byte[] associatedData)
      throws GeneralSecurityException {
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    return cipher(Cipher.DECRYPT_MODE, key, nonce, associatedData)
        .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associatedData)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associatedData);
    return cipher;
  }

  /** A direct buffer of exactly these bytes, at position 0. */
  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** A copy of what lies between position and limit, which stay. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(buffer.position(), copy);
    return copy;
  }
}

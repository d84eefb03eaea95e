package dev.secmem.crypto.tink;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.util.SecretBytes;
import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Makes ciphers that run in Tink.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class TinkCipherProvider implements CipherProvider {
  static final String NAME = "tink";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    try {
      aead(new byte[Cipher.KEY_BYTES]);
      return Availability.available();
    } catch (GeneralSecurityException | LinkageError e) {
      return Availability.unavailable("Tink has no AES-256-GCM here: " + e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @implNote Tink keeps a copy of the key in the {@code AesGcmKey} and what the JDK's cipher
   *     derives from it; the JDK's cipher copies plaintext into arrays of its own.
   */
  @Override
  public HeapResidue heapResidue() {
    return HeapResidue.KEY_AND_PLAINTEXT;
  }

  @Override
  public Cipher create(ByteBuffer key) throws PluginException {
    SealedFormat.checkKey(key);
    byte[] copy = new byte[Cipher.KEY_BYTES];
    try {
      key.get(key.position(), copy);
      return new TinkCipher(aead(copy));
    } catch (GeneralSecurityException e) {
      throw new PluginException(
          PluginException.Reason.FAILED, "cipher(tink): " + e.getMessage(), e);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  @AccessesPartialKey
  private static Aead aead(byte[] key) throws GeneralSecurityException {
    AesGcmParameters parameters =
        AesGcmParameters.builder()
            .setKeySizeBytes(Cipher.KEY_BYTES)
            .setIvSizeBytes(Cipher.NONCE_BYTES)
            .setTagSizeBytes(Cipher.TAG_BYTES)
            .setVariant(AesGcmParameters.Variant.NO_PREFIX)
            .build();
    return AesGcmJce.create(
        AesGcmKey.builder()
            .setParameters(parameters)
            .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
            .build());
  }
}

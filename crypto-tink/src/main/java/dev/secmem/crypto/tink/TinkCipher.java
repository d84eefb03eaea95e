package dev.secmem.crypto.tink;

import com.google.crypto.tink.Aead;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.SealCounter;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * A cipher on Tink's {@link Aead}, whose messages without a prefix have our layout. Tink draws each
 * nonce at random; the seal limit keeps their birthday bound below 2^-34.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class TinkCipher implements Cipher {
  private final SealCounter counter = new SealCounter(TinkCipherProvider.NAME);

  /** Null once closed: the key that Tink holds cannot be wiped, only be left to the collector. */
  private volatile Aead aead;

  TinkCipher(Aead aead) {
    this.aead = aead;
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    SealedFormat.checkSeal(plaintext, associatedData, sealed);
    Aead open = requireOpen();
    counter.next();
    byte[] secret = copy(plaintext);
    try {
      sealed.put(open.encrypt(secret, copy(associatedData)));
    } catch (GeneralSecurityException e) {
      throw failed(e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    int length = SealedFormat.checkOpen(TinkCipherProvider.NAME, sealed, associatedData, plaintext);
    Aead open = requireOpen();
    byte[] secret = null;
    try {
      secret = open.decrypt(copy(sealed), copy(associatedData));
      plaintext.put(secret);
    } catch (AEADBadTagException e) {
      zero(plaintext, length);
      throw SealedFormat.authenticationFailed(TinkCipherProvider.NAME);
    } catch (GeneralSecurityException e) {
      zero(plaintext, length);
      throw failed(e);
    } finally {
      if (secret != null) {
        Arrays.fill(secret, (byte) 0);
      }
    }
  }

  @Override
  public void close() {
    aead = null;
  }

  private Aead requireOpen() {
    Aead open = aead;
    if (open == null) {
      throw new IllegalStateException("the cipher is closed");
    }
    return open;
  }

  /** Tink never writes to the output; what lay there before may still not pass for a plaintext. */
  private static void zero(ByteBuffer plaintext, int length) {
    plaintext.put(plaintext.position(), new byte[length]);
  }

  private static byte[] copy(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(source.position(), bytes);
    return bytes;
  }

  private static PluginException failed(GeneralSecurityException e) {
    return new PluginException(
        PluginException.Reason.FAILED,
        "cipher(" + TinkCipherProvider.NAME + "): " + e.getMessage(),
        e);
  }

  @Override
  public String toString() {
    return "AES-256-GCM cipher by Tink";
  }
}

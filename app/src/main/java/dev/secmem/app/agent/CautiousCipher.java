package dev.secmem.app.agent;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;

/** A cipher with a precaution around each call. */
final class CautiousCipher implements Cipher {
  private final Cipher cipher;
  private final Rinse rinse;
  private final Precaution precaution;

  private CautiousCipher(Cipher cipher, Rinse rinse, Precaution precaution) {
    this.cipher = cipher;
    this.rinse = rinse;
    this.precaution = precaution;
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    precaution.around(
        plaintext.remaining(),
        () -> {
          try {
            cipher.seal(plaintext, associatedData, sealed);
          } finally {
            rinse.run();
          }
        });
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    precaution.around(
        sealed.remaining(),
        () -> {
          try {
            cipher.open(sealed, associatedData, plaintext);
          } finally {
            rinse.run();
          }
        });
  }

  @Override
  public void close() {
    cipher.close();
  }

  @Override
  public String toString() {
    return cipher.toString();
  }

  /** The provider's ciphers, each so. */
  record Provider(CipherProvider provider, Rinse rinse, Precaution precaution)
      implements CipherProvider {
    Provider(CipherProvider provider, Precaution precaution)
        throws PluginException, LinuxException {
      this(provider, new Rinse(provider), precaution);
    }

    @Override
    public String name() {
      return provider.name();
    }

    @Override
    public Availability availability() {
      return provider.availability();
    }

    @Override
    public HeapResidue heapResidue() {
      return provider.heapResidue();
    }

    @Override
    public Cipher create(ByteBuffer key) throws PluginException {
      return new CautiousCipher(provider.create(key), rinse, precaution);
    }
  }
}

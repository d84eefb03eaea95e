package dev.secmem.app.agent;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.linux.WipedStack;
import java.nio.ByteBuffer;

/** A cipher whose calls leave no plaintext in registers and on the stack. */
final class CautiousCipher implements Cipher {
  private final Cipher cipher;
  private final Rinse rinse;
  private final Precaution precaution;

  private CautiousCipher(Cipher cipher, Precaution precaution) throws PluginException {
    this.cipher = cipher;
    this.rinse = new Rinse(cipher);
    this.precaution = precaution;
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    run(plaintext.remaining(), () -> cipher.seal(plaintext, associatedData, sealed));
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    run(sealed.remaining(), () -> cipher.open(sealed, associatedData, plaintext));
  }

  private void run(int plaintextBytes, Precaution.Call call) throws PluginException {
    WipedStack.run(
        () -> {
          try {
            precaution.around(plaintextBytes, call);
          } finally {
            rinse.run(plaintextBytes);
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

  /**
   * The provider's ciphers, each so.
   *
   * @param precaution for what they have on the heap
   */
  record Provider(CipherProvider provider, Precaution precaution) implements CipherProvider {
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
      Cipher cipher = provider.create(key);
      boolean made = false;
      try {
        Cipher cautious = new CautiousCipher(cipher, precaution);
        made = true;
        return cautious;
      } finally {
        if (!made) {
          cipher.close();
        }
      }
    }
  }
}

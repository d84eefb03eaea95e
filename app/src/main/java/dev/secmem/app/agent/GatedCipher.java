package dev.secmem.app.agent;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import java.nio.ByteBuffer;

/** A cipher whose calls no collection falls into. */
final class GatedCipher implements Cipher {
  private final Cipher cipher;
  private final CollectionGate gate;

  private GatedCipher(Cipher cipher, CollectionGate gate) {
    this.cipher = cipher;
    this.gate = gate;
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    gate.around(plaintext.remaining(), () -> cipher.seal(plaintext, associatedData, sealed));
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    gate.around(sealed.remaining(), () -> cipher.open(sealed, associatedData, plaintext));
  }

  @Override
  public void close() {
    cipher.close();
  }

  @Override
  public String toString() {
    return cipher.toString();
  }

  /** The provider's ciphers, behind a gate. */
  record Provider(CipherProvider provider, CollectionGate gate) implements CipherProvider {
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
      return new GatedCipher(provider.create(key), gate);
    }
  }
}

package dev.secmem.app;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import java.nio.ByteBuffer;

/** A real provider whose ciphers a test changes in one place: all else stays real. */
public abstract class WrappedCipherProvider implements CipherProvider {
  protected final CipherProvider real;

  protected WrappedCipherProvider(CipherProvider real) {
    this.real = real;
  }

  @Override
  public final HeapResidue heapResidue() {
    return real.heapResidue();
  }

  @Override
  public final String name() {
    return real.name();
  }

  @Override
  public final Availability availability() {
    return real.availability();
  }

  /** A real cipher. */
  public static class WrappedCipher implements Cipher {
    private final Cipher real;

    protected WrappedCipher(Cipher real) {
      this.real = real;
    }

    @Override
    public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer message)
        throws PluginException {
      real.seal(plaintext, associatedData, message);
    }

    @Override
    public final void open(ByteBuffer message, ByteBuffer associatedData, ByteBuffer plaintext)
        throws PluginException {
      real.open(message, associatedData, plaintext);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}

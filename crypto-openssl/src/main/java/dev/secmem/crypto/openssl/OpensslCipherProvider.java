package dev.secmem.crypto.openssl;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;

/**
 * Makes ciphers that run in libcrypto. The library is loaded when one is asked for, or its
 * availability is, and stays loaded.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class OpensslCipherProvider implements CipherProvider {
  static final String NAME = "openssl";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    try {
      Libcrypto.get();
      return Availability.available();
    } catch (PluginException e) {
      return Availability.unavailable(e.getMessage());
    }
  }

  @Override
  public HeapResidue heapResidue() {
    return HeapResidue.NONE;
  }

  @Override
  public Cipher create(ByteBuffer key) throws PluginException {
    SealedFormat.checkKey(key);
    return OpensslCipher.of(Libcrypto.get(), key.slice());
  }
}

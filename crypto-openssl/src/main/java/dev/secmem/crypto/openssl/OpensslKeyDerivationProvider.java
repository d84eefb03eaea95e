package dev.secmem.crypto.openssl;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;

/**
 * Makes key derivation that runs in libcrypto: all but Argon2id, which OpenSSL 3.0 lacks. The
 * library is loaded when one is asked for, or its availability is, and stays loaded.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class OpensslKeyDerivationProvider implements KeyDerivationProvider {
  /** Loads nothing. */
  public OpensslKeyDerivationProvider() {}

  @Override
  public String name() {
    return OpensslCipherProvider.NAME;
  }

  @Override
  public Availability availability() {
    try {
      OpensslKeyDerivation.get();
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
  public boolean hasArgon2id() {
    return false;
  }

  /** One for all callers: it holds nothing but libcrypto's addresses. */
  @Override
  public KeyDerivation create() throws PluginException {
    return OpensslKeyDerivation.get();
  }
}

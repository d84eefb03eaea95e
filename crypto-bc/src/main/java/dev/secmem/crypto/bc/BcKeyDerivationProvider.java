package dev.secmem.crypto.bc;

import dev.secmem.api.Availability;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;

/**
 * Makes key derivation that runs in Bouncy Castle, Argon2id too.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class BcKeyDerivationProvider implements KeyDerivationProvider {
  /** Loads nothing. */
  public BcKeyDerivationProvider() {}

  @Override
  public String name() {
    return BcCipherProvider.NAME;
  }

  @Override
  public Availability availability() {
    try {
      create();
      return Availability.available();
    } catch (LinkageError e) {
      return Availability.unavailable("Bouncy Castle cannot be used: " + e.getMessage());
    }
  }

  /**
   * {@inheritDoc}
   *
   * @implNote What stays is listed at {@link BcKeyDerivation}.
   */
  @Override
  public HeapResidue heapResidue() {
    return HeapResidue.KEY;
  }

  @Override
  public boolean hasArgon2id() {
    return true;
  }

  @Override
  public KeyDerivation create() {
    return new BcKeyDerivation();
  }
}

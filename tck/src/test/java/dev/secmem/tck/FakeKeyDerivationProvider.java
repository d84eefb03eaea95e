package dev.secmem.tck;

import dev.secmem.api.Availability;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;

/**
 * Makes {@link FakeKeyDerivation}s.
 *
 * @param broken the id of the rule to break, or empty
 */
record FakeKeyDerivationProvider(String broken) implements KeyDerivationProvider {
  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Availability availability() {
    return Availability.available();
  }

  @Override
  public HeapResidue heapResidue() {
    return HeapResidue.KEY;
  }

  @Override
  public boolean hasArgon2id() {
    return broken.equals("KD-13");
  }

  @Override
  public KeyDerivation create() {
    return new FakeKeyDerivation(broken);
  }
}

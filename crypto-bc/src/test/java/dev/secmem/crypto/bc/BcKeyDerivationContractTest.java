package dev.secmem.crypto.bc;

import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.tck.KeyDerivationContract;

final class BcKeyDerivationContractTest extends KeyDerivationContract {
  @Override
  protected KeyDerivationProvider provider() {
    return new BcKeyDerivationProvider();
  }
}

package dev.secmem.crypto.openssl;

import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.tck.KeyDerivationContract;

final class OpensslKeyDerivationContractTest extends KeyDerivationContract {
  @Override
  protected KeyDerivationProvider provider() {
    return new OpensslKeyDerivationProvider();
  }
}

package dev.secmem.crypto.bc;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.tck.CipherContract;

final class BcCipherContractTest extends CipherContract {
  @Override
  protected CipherProvider provider() {
    return new BcCipherProvider();
  }
}

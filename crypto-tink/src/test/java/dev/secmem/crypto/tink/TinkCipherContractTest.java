package dev.secmem.crypto.tink;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.tck.CipherContract;

final class TinkCipherContractTest extends CipherContract {
  @Override
  protected CipherProvider provider() {
    return new TinkCipherProvider();
  }
}

package dev.secmem.crypto.openssl;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.tck.CipherContract;

final class OpensslCipherContractTest extends CipherContract {
  @Override
  protected CipherProvider provider() {
    return new OpensslCipherProvider();
  }
}

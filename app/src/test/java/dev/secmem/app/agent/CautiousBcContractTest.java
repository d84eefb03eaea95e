package dev.secmem.app.agent;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.app.TestPlugins;
import dev.secmem.tck.CipherContract;

final class CautiousBcContractTest extends CipherContract {
  @Override
  protected CipherProvider provider() {
    return new CautiousCipher.Provider(
        TestPlugins.named(CipherProvider.class, "bc"), Precaution.NONE);
  }
}

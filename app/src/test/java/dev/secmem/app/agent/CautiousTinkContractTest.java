package dev.secmem.app.agent;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.app.TestPlugins;
import dev.secmem.tck.CipherContract;

/** As the agent has it: collections are kept out. */
final class CautiousTinkContractTest extends CipherContract {
  private static final CollectionGate GATE = new CollectionGate();

  @Override
  protected CipherProvider provider() {
    return new CautiousCipher.Provider(TestPlugins.named(CipherProvider.class, "tink"), GATE);
  }
}

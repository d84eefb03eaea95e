package dev.secmem.store.heapless;

import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.tck.SecretStoreContract;
import java.nio.ByteBuffer;
import java.util.List;

final class HeaplessStoreContractTest extends SecretStoreContract {
  @Override
  protected SecretStoreProvider provider() {
    return new HeaplessStoreProvider();
  }

  @Override
  protected List<ByteBuffer> rawBytes(SecretStore store) {
    return ((HeaplessStore) store).views();
  }
}

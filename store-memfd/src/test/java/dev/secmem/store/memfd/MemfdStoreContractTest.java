package dev.secmem.store.memfd;

import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.tck.SecretStoreContract;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

final class MemfdStoreContractTest extends SecretStoreContract {
  @Override
  protected SecretStoreProvider provider() {
    return new MemfdStoreProvider();
  }

  @Override
  protected List<ByteBuffer> rawBytes(SecretStore store) {
    return ((MemfdStore) store).slabViews().stream().filter(Objects::nonNull).toList();
  }
}

package dev.secmem.api.store;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;

/** Makes {@link SecretStore}s. */
public interface SecretStoreProvider extends Plugin {

  /**
   * Opens a new, empty store.
   *
   * @return a store that the caller must close
   * @throws PluginException {@code UNAVAILABLE} or {@code NO_SPACE} with what is missing
   */
  SecretStore open(StoreOptions options) throws PluginException;
}

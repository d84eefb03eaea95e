package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;

/** Finds a plugin that has Argon2id, when one is needed: loading it takes memory. */
public interface Argon2Source {
  /**
   * Makes one.
   *
   * @throws PluginException {@code UNAVAILABLE} with what to install
   */
  KeyDerivation get() throws PluginException;
}

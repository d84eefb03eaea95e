package dev.secmem.api.crypto;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;

/** Makes {@link KeyDerivation}s. */
public interface KeyDerivationProvider extends Plugin {

  /** What a call leaves on the Java heap; {@code KEY} stands for keys, passwords and seeds. */
  HeapResidue heapResidue();

  /** Whether {@link KeyDerivation#argon2id} works. */
  boolean hasArgon2id();

  /** Makes one. */
  KeyDerivation create() throws PluginException;
}

package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.linux.LinuxException;

/**
 * The parts that lock, unlock and use keys, put together for one kind of root.
 *
 * @param vault the caller closes it
 */
record Keys(KeyVault vault, LockService locks, KeyService service) {

  /** Puts them together; a random root is opened, too. */
  static Keys open(
      EngineOptions options,
      KeyOptions keyOptions,
      EnginePlugins plugins,
      KeyDerivation derivation,
      EngineMemory memory,
      LockGate gate,
      KeyRing ring)
      throws PluginException, LinuxException {
    KeyRights rights = new KeyRights(keyOptions);
    KeyVault vault = new KeyVault(memory.keyArena(), derivation);
    RootSource root;
    if (keyOptions.root() == KeyOptions.Root.RANDOM) {
      RandomRoot random =
          new RandomRoot(memory.keyArena(), plugins.cipher(), ring, plugins.argon2());
      random.start();
      gate.open();
      root = random;
    } else {
      root = new MnemonicRoot(memory, derivation, ring, vault);
    }
    return new Keys(
        vault,
        new LockService(gate, ring, root, rights, memory.scratch()),
        new KeyService(
            options,
            rights,
            vault,
            derivation,
            memory.scratch(),
            new EnvelopeService(options, rights, vault, derivation, plugins.cipher(), memory)));
  }
}

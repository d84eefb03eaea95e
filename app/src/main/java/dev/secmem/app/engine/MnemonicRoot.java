package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.api.transport.RequestException;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.app.keys.KeyTree;
import dev.secmem.app.keys.Mnemonic;
import dev.secmem.app.keys.MnemonicException;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;

/**
 * A root key that comes from a mnemonic: HKDF over the node at {@link KeyPath#ROOT}. While the
 * agent is unlocked the seed is the {@link KeyVault}'s; while it is locked nothing is kept.
 */
final class MnemonicRoot implements RootSource {
  private final KeyArena arena;
  private final KeyRing keys;
  private final KeyVault vault;
  private final Mnemonic mnemonic;
  private final KeyTree tree;
  private final SymmetricKeys symmetric;

  MnemonicRoot(EngineMemory memory, KeyDerivation derivation, KeyRing keys, KeyVault vault) {
    this.arena = memory.keyArena();
    this.keys = keys;
    this.vault = vault;
    this.mnemonic = new Mnemonic(derivation, arena);
    this.tree = new KeyTree(derivation, arena);
    this.symmetric = new SymmetricKeys(derivation);
  }

  @Override
  public void checkLock(boolean hasPassphrase) throws RequestException {
    if (hasPassphrase) {
      throw Arguments.bad("LOCK takes no body: the mnemonic will unlock the agent");
    }
  }

  @Override
  public Preparation prepareLock(ByteBuffer passphrase) {
    return () -> {};
  }

  @Override
  public Opening open(ByteBuffer secret) throws RequestException, PluginException, LinuxException {
    int end = endOfLine(secret);
    ByteBuffer words = secret.slice(0, end);
    int from = Math.min(end + 1, secret.limit());
    ByteBuffer passphrase = secret.slice(from, secret.limit() - from);
    KeyArena.Slot seed = Slots.allocate(arena);
    KeyArena.Slot root = null;
    boolean done = false;
    try {
      root = Slots.allocate(arena);
      makeSeed(words, passphrase, seed);
      makeRootKey(seed, root);
      done = true;
    } catch (MnemonicException e) {
      throw Arguments.bad(e.getMessage());
    } finally {
      if (!done) {
        seed.close();
        if (root != null) {
          root.close();
        }
      }
    }
    return new MnemonicOpening(keys, root, seed, vault);
  }

  private void makeSeed(ByteBuffer words, ByteBuffer passphrase, KeyArena.Slot seed)
      throws MnemonicException, PluginException, LinuxException {
    mnemonic.toSeedOfWords(words, passphrase, seed.buffer(Mnemonic.SEED_BYTES));
  }

  private void makeRootKey(KeyArena.Slot seed, KeyArena.Slot root) throws PluginException {
    try (KeyArena.Slot node = Slots.allocate(arena)) {
      ByteBuffer key = node.buffer(KeyDerivation.PRIVATE_KEY_BYTES);
      tree.derive(seed.buffer(Mnemonic.SEED_BYTES), KeyPath.ROOT, KeyType.ED25519, key.duplicate());
      symmetric.derive(SymmetricKeys.Use.ROOT, key, root.buffer(Cipher.KEY_BYTES));
    }
  }

  private static int endOfLine(ByteBuffer text) {
    int at = 0;
    while (at < text.limit() && text.get(at) != '\n') {
      at++;
    }
    return at;
  }

  @Override
  public void lock() {
    vault.close();
  }

  /** A root key with the seed that goes with it. */
  private static final class MnemonicOpening extends RootOpening {
    private final KeyArena.Slot seed;
    private final KeyVault vault;
    private boolean handedOver;

    MnemonicOpening(KeyRing keys, KeyArena.Slot root, KeyArena.Slot seed, KeyVault vault) {
      super(keys, root);
      this.seed = seed;
      this.vault = vault;
    }

    @Override
    void accepted() {
      handedOver = true;
      vault.open(seed);
    }

    @Override
    public void close() {
      super.close();
      if (!handedOver) {
        seed.close();
      }
    }
  }
}

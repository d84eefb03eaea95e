package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.app.TestPlugins;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.OwnIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A whole engine with one kind of root, whose verbs on locks and keys can be called. */
final class KeyEngine implements AutoCloseable {
  /** BIP 39's test vectors. */
  static final String LEGAL =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";

  static final String ZOO = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";

  /** One that is named by {@code --keys-uid}, and one that is not. */
  static final long COLLEAGUE = 7001;

  static final long STRANGER = 7002;

  final List<String> auditLines = Collections.synchronizedList(new ArrayList<>());
  private final EngineMemory memory;
  private final Engine engine;

  KeyEngine(KeyOptions.Root root, boolean allowDerive, long lockAfterMillis) throws Exception {
    this(root, allowDerive, lockAfterMillis, derivation("bc")::argon2id);
  }

  KeyEngine(KeyOptions.Root root, boolean allowDerive, long lockAfterMillis, Argon2id argon2)
      throws Exception {
    this(root, allowDerive, lockAfterMillis, argon2, Parts.cipher());
  }

  KeyEngine(
      KeyOptions.Root root,
      boolean allowDerive,
      long lockAfterMillis,
      Argon2id argon2,
      CipherProvider cipher)
      throws Exception {
    EngineOptions options = EngineOptions.DEFAULTS;
    SecretStoreProvider store = TestPlugins.named(SecretStoreProvider.class, "memfd");
    EnginePlugins plugins = Parts.plugins(store, cipher);
    memory = EngineMemory.open(options.maxSecretSize());
    engine =
        Engine.open(
            options,
            new KeyOptions(root, Set.of(COLLEAGUE), allowDerive, lockAfterMillis),
            Parts.IDENTITY,
            Parts.PROTECTIONS,
            memory,
            new EnginePlugins(
                plugins.store(),
                plugins.cipher(),
                plugins.keyDerivation(),
                argon2,
                plugins.authenticators()),
            new Admission(Set.of(COLLEAGUE, STRANGER), Set.of(), null),
            (bytes, length) ->
                auditLines.add(new String(bytes, 0, length, StandardCharsets.US_ASCII)));
    engine.start();
  }

  /** An agent with a mnemonic, as it starts: locked. */
  static KeyEngine locked() throws Exception {
    return new KeyEngine(KeyOptions.Root.MNEMONIC, false, 0);
  }

  static KeyDerivation derivation(String name) throws PluginException {
    return TestPlugins.named(KeyDerivationProvider.class, name).create();
  }

  Client client(long uid) throws Exception {
    FakePeer peer = new FakePeer(uid);
    return new Client(peer, (ConnectionSession) engine.connected(peer));
  }

  Client own() throws Exception {
    return client(OwnIdentity.uid());
  }

  /** How many slots of the key arena are free: keys that are not in memory. */
  int freeSlots() {
    List<KeyArena.Slot> all = new ArrayList<>();
    try {
      while (true) {
        all.add(memory.keyArena().allocate());
      }
    } catch (IllegalStateException full) {
      return all.size();
    } finally {
      all.forEach(KeyArena.Slot::close);
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}

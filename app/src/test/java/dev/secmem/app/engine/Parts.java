package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.AuthenticatorProvider;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.app.TestPlugins;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.SecureRandomBytes;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The engine's parts, put together as the engine does, with the plugins that lie beside it. */
final class Parts implements AutoCloseable {
  static final AgentIdentity IDENTITY =
      new AgentIdentity("secmem-agent/0.1.0", "memfd", "openssl", "uds");
  static final Protections PROTECTIONS =
      new Protections("arenas", "memfd_secret", true, true, false, true, false, "none");

  final EngineOptions options;
  final EngineMemory memory;
  final SecretStore store;
  final KeyRing keys;
  final RecordVault vault;
  final SecretTable table = new SecretTable();
  final Quota quota;
  final Reaper reaper;
  final Metrics metrics = new Metrics();
  final AuditLog audit;
  final List<String> auditLines = java.util.Collections.synchronizedList(new ArrayList<>());
  final AtomicLong expiries = new AtomicLong();
  private final Services services;

  Parts(EngineOptions options, CipherProvider cipher, long sealsPerKey) throws Exception {
    this(options, "memfd", cipher, sealsPerKey);
  }

  Parts(EngineOptions options, String storeName, CipherProvider cipher, long sealsPerKey)
      throws Exception {
    this(options, store(options, storeName), cipher, sealsPerKey);
  }

  /**
   * @param store owned
   */
  Parts(EngineOptions options, SecretStore store, CipherProvider cipher, long sealsPerKey)
      throws Exception {
    this.options = options;
    this.store = store;
    memory = EngineMemory.open(options.maxSecretSize());
    keys = keyRing(memory.keyArena(), cipher, sealsPerKey, EngineMemory.MAX_DATA_KEYS);
    vault =
        new RecordVault(
            store,
            keys,
            new AssociatedData(),
            ScratchPool.forCiphertext(options.maxSecretSize() + RecordVault.RECORD_OVERHEAD_BYTES));
    quota = new Quota(options, 1 << 28);
    audit =
        new AuditLog(
            options.auditFilter(),
            (bytes, length) ->
                auditLines.add(
                    new String(bytes, 0, length, java.nio.charset.StandardCharsets.UTF_8)));
    reaper = new Reaper(table, vault, quota, this::expired);
    SecretService secrets =
        new SecretService(
            options,
            table,
            vault,
            quota,
            memory.scratch(),
            new AccessRules(grantParser(), Grade.best(PROTECTIONS, cipher.heapResidue())),
            reaper);
    OwnerService owners =
        new OwnerService(
            options,
            grantParser(),
            reaper,
            new Resealer(table, vault, quota, memory.scratch(), reaper));
    IdentityService identities =
        new IdentityService(table, grantParser(), new Admission(Set.of(), Set.of(), null));
    LockGate gate = new LockGate(false);
    ReportService reports =
        new ReportService(
            IDENTITY,
            options,
            KeyOptions.Root.RANDOM,
            gate,
            table,
            quota,
            audit,
            metrics,
            PROTECTIONS);
    services = new Services(gate, secrets, owners, identities, reports, null, null);
    gate.open();
    audit.start();
    reaper.start();
  }

  static Parts open() throws Exception {
    return open(EngineOptions.DEFAULTS);
  }

  static Parts open(EngineOptions options) throws Exception {
    return new Parts(options, cipher(), KeyRing.SEALS_PER_KEY);
  }

  static SecretStore store(EngineOptions options, String name) throws Exception {
    return TestPlugins.named(SecretStoreProvider.class, name)
        .open(new StoreOptions(options.maxMemory()));
  }

  static CipherProvider cipher() {
    return TestPlugins.named(CipherProvider.class, "openssl");
  }

  static KeyDerivationProvider keyDerivation() {
    return TestPlugins.named(KeyDerivationProvider.class, "openssl");
  }

  /** An unlocked ring with a random root key. */
  static KeyRing keyRing(KeyArena arena, CipherProvider cipher, long sealsPerKey, int maxKeys)
      throws Exception {
    // The wrapping goes by the real provider: a watched one sees the data keys only.
    KeyWrapper wrapper =
        new KeyWrapper(arena, new SymmetricKeys(keyDerivation().create()), cipher());
    KeyRing ring = new KeyRing(arena, cipher, wrapper, sealsPerKey, maxKeys);
    KeyArena.Slot root = arena.allocate();
    SecureRandomBytes.fill(root.buffer(32));
    if (!ring.unlock(root)) {
      throw new AssertionError("nothing is stored that it could fail to open");
    }
    return ring;
  }

  static EnginePlugins plugins(SecretStoreProvider store, CipherProvider cipher) throws Exception {
    return new EnginePlugins(
        store,
        cipher,
        keyDerivation(),
        (passphrase, salt, parameters, key) -> {
          throw new AssertionError("nothing here needs Argon2id");
        },
        authenticators());
  }

  static List<Authenticator> authenticators() throws Exception {
    List<Authenticator> made = new ArrayList<>();
    for (AuthenticatorProvider provider : ServiceLoader.load(AuthenticatorProvider.class)) {
      if (!provider.name().equals("session") && !provider.name().equals("exe")) {
        made.add(provider.create());
      }
    }
    made.add(new FakeSessions());
    return made;
  }

  static GrantParser grantParser() throws Exception {
    return new GrantParser(authenticators(), true);
  }

  /** Grants as an owner of the agent's own uid gives them. */
  static Grants grants(String text) throws Exception {
    return Grants.of(grantParser().given(text, new FakePeer(OwnIdentity.uid())));
  }

  private void expired(Entry entry) {
    audit.expired(entry);
    expiries.incrementAndGet();
  }

  /** A connection of a uid. */
  Client client(long uid) {
    FakePeer peer = new FakePeer(uid);
    return new Client(peer, new ConnectionSession(peer, services, audit, metrics, () -> {}));
  }

  /** A connection of a uid that runs a program in a session. */
  Client client(long uid, String session, String exe) {
    Client client = client(uid);
    client.peer.with(session, exe);
    return client;
  }

  /** A connection of the agent's own uid. */
  Client own() {
    return client(OwnIdentity.uid());
  }

  /** Demands that nothing is left of any secret: neither entry, record, quota nor key. */
  void assertNothingLeft() throws Exception {
    assertEquals(0, quota.total().secrets(), "secrets counted");
    assertEquals(0, quota.total().bytes(), "bytes counted");
    assertEquals(0, store.usage().records(), "records stored");
    assertNull(table.earliest(), "an entry waits for its deadline");
    assertEquals(0, size(table, "entries"), "entries in the table");
    Object granted = value(table, "granted");
    assertEquals(0, size(granted, "byName"), "entries in the index of grants");
    assertEquals(0, size(quota, "byUid"), "uids with a count");
    assertEquals(0L, value(value(quota, "all"), "metadataBytes"), "names and grants counted");
    int free = 2; // the root key's and the current data key's, which stay

    try {
      while (true) {
        memory.keyArena().allocate();
        free++;
      }
    } catch (IllegalStateException full) {
      assertEquals(512, free, "keys that were wiped");
    }
  }

  /** How many a map of the engine holds; nothing else tells what is left behind. */
  static int size(Object owner, String field) throws ReflectiveOperationException {
    return ((Map<?, ?>) value(owner, field)).size();
  }

  private static Object value(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  @Override
  public void close() {
    reaper.close();
    audit.close();
    vault.close();
    memory.close();
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.Verb;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.LinuxException;
import java.util.ArrayDeque;

/**
 * The agent without its process and its socket: keeps secrets, decides who may have them, and tells
 * of it.
 *
 * <p>Closing it wipes everything; the server that carries requests to it is closed before.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class Engine implements RequestHandler, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");

  /** Names and grants may take this part of the heap, besides what Argon2id needs. */
  private static final int METADATA_PERCENT = 60;

  private static final long ARGON2_HEAP_BYTES = 96L << 20;

  private final AgentIdentity identity;
  private final Admission admission;
  private final Quota quota;
  private final Metrics metrics = new Metrics();
  private final AuditLog audit;
  private final Reaper reaper;
  private final IdleLock idleLock;
  private final Services services;
  private final ArrayDeque<AutoCloseable> owned;

  private Engine(
      Admission admission,
      AuditLog audit,
      ArrayDeque<AutoCloseable> owned,
      EngineMemory memory,
      EngineOptions options,
      KeyOptions keyOptions,
      AgentIdentity identity,
      Protections protections,
      EnginePlugins plugins,
      KeyDerivation derivation,
      KeyRing keyRing,
      RecordVault vault)
      throws LinuxException, PluginException {
    this.identity = identity;
    this.admission = admission;
    this.audit = audit;
    this.owned = owned;
    long heap = Runtime.getRuntime().maxMemory();
    long maxMetadata = Math.max(heap - ARGON2_HEAP_BYTES, heap / 4) / 100 * METADATA_PERCENT;
    this.quota = new Quota(options, maxMetadata);
    SecretTable table = new SecretTable();
    this.reaper = new Reaper(table, vault, quota, this::expired);
    owned.push(reaper);
    GrantParser grants = new GrantParser(plugins.authenticators(), admission.admitsOthers());
    Grade best =
        Grade.best(
            protections, plugins.cipher().heapResidue(), plugins.keyDerivation().heapResidue());
    SecretService secrets =
        new SecretService(
            options, table, vault, quota, memory.scratch(), new AccessRules(grants, best), reaper);
    Resealer resealer = new Resealer(table, vault, quota, memory.scratch(), reaper);
    LockGate gate = new LockGate(keyOptions.lockAfterMillis() > 0);
    ReportService reports =
        new ReportService(
            identity, options, keyOptions.root(), gate, table, quota, audit, metrics, protections);
    Keys keys = Keys.open(options, keyOptions, plugins, derivation, memory, gate, keyRing);
    owned.push(keys.vault());
    this.services =
        new Services(
            gate,
            secrets,
            new OwnerService(options, grants, reaper, resealer),
            new IdentityService(table, grants, admission),
            reports,
            keys.locks(),
            keys.service());
    this.idleLock =
        keyOptions.root() == KeyOptions.Root.RANDOM
            ? null
            : new IdleLock(
                gate,
                keys.locks(),
                keys.vault(),
                keyOptions.lockAfterMillis(),
                () -> audit.agent(Verb.LOCK.event()));
    if (idleLock != null) {
      owned.push(idleLock);
    }
  }

  /**
   * Opens an engine with an empty store: with a new random root key, or locked.
   *
   * @param memory owned from here on, also on failure
   * @param sink takes the audit's lines
   */
  public static Engine open(
      EngineOptions options,
      KeyOptions keyOptions,
      AgentIdentity identity,
      Protections protections,
      EngineMemory memory,
      EnginePlugins plugins,
      Admission admission,
      AuditSink sink)
      throws PluginException, LinuxException {
    ArrayDeque<AutoCloseable> owned = new ArrayDeque<>();
    owned.push(memory);
    try {
      AuditLog audit = new AuditLog(options.auditFilter(), sink);
      var store = plugins.store().open(new StoreOptions(options.maxMemory()));
      owned.push(store);
      KeyDerivation derivation = plugins.keyDerivation().create();
      KeyRing keyRing =
          new KeyRing(
              memory.keyArena(),
              plugins.cipher(),
              new KeyWrapper(memory.keyArena(), new SymmetricKeys(derivation), plugins.cipher()),
              KeyRing.SEALS_PER_KEY,
              EngineMemory.MAX_DATA_KEYS);
      owned.push(keyRing);
      ScratchPool ciphertexts =
          ScratchPool.forCiphertext(options.maxSecretSize() + RecordVault.RECORD_OVERHEAD_BYTES);
      owned.push(ciphertexts);
      RecordVault vault = new RecordVault(store, keyRing, new AssociatedData(), ciphertexts);
      owned.push(vault);
      owned.push(audit);
      return new Engine(
          admission,
          audit,
          owned,
          memory,
          options,
          keyOptions,
          identity,
          protections,
          plugins,
          derivation,
          keyRing,
          vault);
    } catch (PluginException | LinuxException | RuntimeException e) {
      closeAll(owned);
      throw e;
    }
  }

  /** Starts the threads for expiry and audit. Called once, before the first request. */
  public void start() {
    audit.start();
    audit.agent(AuditEvent.START);
    reaper.start();
    if (idleLock != null) {
      idleLock.start();
    }
  }

  @Override
  public Session connected(Peer peer) throws RequestException {
    if (SelfSession.isFrom(peer)) {
      return new SelfSession(identity, quota);
    }
    try {
      admission.check(peer);
      quota.addConnection(peer.uid());
    } catch (RequestException e) {
      metrics.refusedConnections.incrementAndGet();
      audit.admitted(peer, e.code());
      throw e;
    }
    metrics.connections.incrementAndGet();
    audit.admitted(peer, null);
    return new ConnectionSession(
        peer, services, audit, metrics, () -> quota.removeConnection(peer.uid()));
  }

  /** How many secrets and connections there are. */
  public EngineCounts counts() {
    Quota.Usage usage = quota.total();
    return new EngineCounts(usage.secrets(), usage.connections());
  }

  /**
   * How long nobody has been connected and nothing kept, on a clock that runs while the machine
   * sleeps; -1 while there is something.
   */
  public long idleNanos() {
    return quota.emptyNanos();
  }

  /**
   * Lets nobody in any more if {@link #idleNanos} is at least that much.
   *
   * @return whether it is so: nothing is lost if the agent ends now
   */
  public boolean retireIfIdle(long nanos) {
    return quota.retireIfEmptyFor(nanos);
  }

  /** STATUS's body, a line of JSON, with the counts of all uids. */
  public String status() {
    return services.reports().statusLine().toString().strip();
  }

  private void expired(Entry entry) {
    metrics.expiries.incrementAndGet();
    audit.expired(entry);
  }

  /** Wipes all secrets and keys. No request may run any more. Idempotent. */
  @Override
  public void close() {
    audit.agent(AuditEvent.STOP);
    closeAll(owned);
  }

  private static void closeAll(ArrayDeque<AutoCloseable> owned) {
    synchronized (owned) {
      while (!owned.isEmpty()) {
        try {
          owned.pop().close();
        } catch (Exception e) {
          LOG.log(System.Logger.Level.ERROR, "close failed, going on: " + e);
        }
      }
    }
  }
}

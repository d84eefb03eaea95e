package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.linux.LinuxException;
import java.util.ArrayDeque;
import java.util.List;

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

  /** Names and grants may take this part of the heap. */
  private static final int METADATA_PERCENT = 60;

  private final Admission admission;
  private final Quota quota;
  private final Metrics metrics = new Metrics();
  private final AuditLog audit;
  private final Reaper reaper;
  private final SecretService secrets;
  private final OwnerService owners;
  private final IdentityService identities;
  private final ReportService reports;
  private final ArrayDeque<AutoCloseable> owned;

  private Engine(
      Admission admission,
      Quota quota,
      AuditLog audit,
      ArrayDeque<AutoCloseable> owned,
      EngineMemory memory,
      EngineOptions options,
      AgentIdentity identity,
      Protections protections,
      RecordVault vault,
      AccessRules rules)
      throws LinuxException {
    this.admission = admission;
    this.quota = quota;
    this.audit = audit;
    this.owned = owned;
    SecretTable table = new SecretTable();
    this.reaper = new Reaper(table, vault, quota, this::expired);
    this.secrets = new SecretService(options, table, vault, quota, memory.scratch(), rules, reaper);
    this.owners =
        new OwnerService(
            options,
            rules.grants(),
            reaper,
            new Resealer(table, vault, quota, memory.scratch(), reaper));
    this.identities = new IdentityService(table, rules.grants(), admission);
    this.reports = new ReportService(identity, options, table, quota, audit, metrics, protections);
  }

  /**
   * Opens an engine with a new random key and an empty store.
   *
   * @param memory owned from here on, also on failure
   * @param sink takes the audit's lines
   */
  public static Engine open(
      EngineOptions options,
      AgentIdentity identity,
      Protections protections,
      EngineMemory memory,
      SecretStoreProvider storeProvider,
      CipherProvider cipherProvider,
      List<Authenticator> authenticators,
      Admission admission,
      AuditSink sink)
      throws PluginException, LinuxException {
    ArrayDeque<AutoCloseable> owned = new ArrayDeque<>();
    owned.push(memory);
    try {
      AuditLog audit = new AuditLog(options.auditFilter(), sink);
      var store = storeProvider.open(new StoreOptions(options.maxMemory()));
      owned.push(store);
      KeyRing keys = new KeyRing(memory.keyArena(), cipherProvider, KeyRing.SEALS_PER_KEY);
      owned.push(keys);
      ScratchPool ciphertexts =
          ScratchPool.forCiphertext(options.maxSecretSize() + RecordVault.RECORD_OVERHEAD_BYTES);
      owned.push(ciphertexts);
      RecordVault vault = new RecordVault(store, keys, new AssociatedData(), ciphertexts);
      owned.push(vault);
      long maxMetadata = Runtime.getRuntime().maxMemory() / 100 * METADATA_PERCENT;
      Engine engine =
          new Engine(
              admission,
              new Quota(options, maxMetadata),
              audit,
              owned,
              memory,
              options,
              identity,
              protections,
              vault,
              new AccessRules(
                  new GrantParser(authenticators, admission.admitsOthers()),
                  Grade.best(protections, cipherProvider.heapResidue())));
      owned.push(audit);
      owned.push(engine.reaper);
      return engine;
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
  }

  @Override
  public Session connected(Peer peer) throws RequestException {
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
        peer,
        secrets,
        owners,
        identities,
        reports,
        audit,
        metrics,
        () -> quota.removeConnection(peer.uid()));
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

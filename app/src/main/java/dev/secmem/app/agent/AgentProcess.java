package dev.secmem.app.agent;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.app.engine.Admission;
import dev.secmem.app.engine.AgentIdentity;
import dev.secmem.app.engine.Engine;
import dev.secmem.app.engine.EngineMemory;
import dev.secmem.app.engine.EngineOptions;
import dev.secmem.app.engine.EnginePlugins;
import dev.secmem.app.engine.Protections;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;

/** The life of the agent, from its socket to its last wipe. Confined to the main thread. */
final class AgentProcess implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.secmem.agent");

  private final AgentSettings settings;
  private final Signals signals = new Signals();
  private final StderrWriter stderr;
  private final ServiceManager manager = ServiceManager.of(System::getenv, ownPid());
  private Executor collections = Runnable::run;
  private TransportServer server;
  private Engine engine;
  private CommandFolder folder;
  private Command command;
  private ServiceWatch watch;

  private AgentProcess(AgentSettings settings, StderrWriter stderr) {
    this.settings = settings;
    this.stderr = stderr;
  }

  /** Runs the agent until a signal, or the command it was given, ends it. */
  static int run(AgentSettings settings)
      throws PluginException, LinuxException, IOException, StartRefusedException {
    try (StderrWriter stderr = new StderrWriter()) {
      AgentLog.install(stderr, settings.logLevel());
      try (AgentProcess process = new AgentProcess(settings, stderr)) {
        process.start();
        return process.await();
      }
    }
  }

  private void start() throws PluginException, LinuxException, IOException, StartRefusedException {
    SecretStoreProvider store = InstalledPlugins.store(settings.store());
    CipherProvider cipher = withPrecautions(InstalledPlugins.cipher(settings.cipher()));
    TransportProvider transport = InstalledPlugins.transport(settings.transport());
    KeyDerivationProvider keyDerivation = InstalledPlugins.keyDerivation(settings.keyDerivation());
    List<Authenticator> authenticators = InstalledPlugins.createAuthenticators(settings.identity());
    Admission admission =
        new Admission(settings.allowedUids(), settings.allowedGids(), groups(authenticators));
    listen(transport, admission);
    // Between the socket and everything that a child would inherit: limits, no_new_privs, keys.
    startCommand();
    EngineOptions options = Descriptors.fit(settings.engine());
    EngineMemory memory = EngineMemory.open(options.maxSecretSize());
    Hardening hardening = new Hardening();
    Protections protections = harden(hardening, memory);
    AgentIdentity identity =
        new AgentIdentity(
            AgentSyntax.version().replace(' ', '/'), store.name(), cipher.name(), transport.name());
    engine =
        Engine.open(
            options,
            settings.keys(),
            identity,
            protections,
            memory,
            new EnginePlugins(
                store, cipher, keyDerivation, this::deriveFromPassphrase, authenticators),
            admission,
            settings.auditToStderr() ? stderr : (bytes, lengthBytes) -> {});
    engine.start();
    HeapCollector.start(collections);
    server.start(engine);
    report(identity, protections, hardening);
    watch =
        new ServiceWatch(
            server, engine, manager, signals::raise, settings.service(), command != null);
    watch.start();
  }

  /** With what keeps its plaintext from staying on the heap and on threads' stacks. */
  private CipherProvider withPrecautions(CipherProvider cipher) {
    switch (cipher.heapResidue()) {
      case NONE:
        return cipher;
      case KEY:
        return new CautiousCipher.Provider(cipher, Precaution.NONE);
      default:
        CollectionGate gate = new CollectionGate();
        collections = gate::alone;
        return new CautiousCipher.Provider(cipher, gate);
    }
  }

  /** What it took of the heap is free at once: the next passphrase takes the same memory again. */
  private void deriveFromPassphrase(
      ByteBuffer passphrase, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer key)
      throws PluginException {
    try {
      InstalledPlugins.argon2id().create().argon2id(passphrase, salt, parameters, key);
    } finally {
      collections.execute(HeapCollector::collect);
    }
  }

  private static long ownPid() {
    return ProcessHandle.current().pid();
  }

  private void listen(TransportProvider transport, Admission admission)
      throws PluginException, IOException, StartRefusedException {
    String address = settings.socket();
    int inherited = Activation.descriptor(System::getenv, ownPid());
    if (address == null && inherited == Activation.NONE && !settings.command().isEmpty()) {
      folder = CommandFolder.create();
      address = folder.socket();
    }
    server =
        transport.listen(
            new ServerOptions(
                address,
                settings.socketMode(),
                admission.admitsOthers(),
                settings.idleTimeoutMillis(),
                ServerOptions.DEFAULT_STALL_TIMEOUT_MILLIS,
                inherited));
  }

  private void startCommand() throws LinuxException, IOException, StartRefusedException {
    if (!settings.command().isEmpty()) {
      command = Command.start(settings.command(), server.address(), signals);
    }
  }

  private Protections harden(Hardening hardening, EngineMemory memory)
      throws StartRefusedException {
    Protections protections = hardening.apply(memory, settings.sandbox());
    for (Protection protection : settings.require()) {
      if (!protection.holds(protections)) {
        memory.close();
        throw new StartRefusedException(
            "--require "
                + protection.word()
                + ": it does not hold that "
                + protection.meaning()
                + "; "
                + String.join("; ", hardening.failures()));
      }
    }
    return protections;
  }

  private static Authenticator groups(List<Authenticator> authenticators) {
    for (Authenticator authenticator : authenticators) {
      if (authenticator.kinds().contains("gid")) {
        return authenticator;
      }
    }
    return null;
  }

  private void report(AgentIdentity identity, Protections protections, Hardening hardening) {
    server.warnings().forEach(text -> LOG.log(System.Logger.Level.WARNING, text));
    hardening.failures().forEach(text -> LOG.log(System.Logger.Level.WARNING, text));
    LOG.log(
        System.Logger.Level.INFO,
        String.format(
            Locale.ROOT,
            "%s serves at %s; store %s, cipher %s; memory locked: %s, key arena: %s,"
                + " not dumpable: %s, core dumps off: %s, no_new_privs: %s, heap not dumped: %s,"
                + " attach off: %s, sandbox: %s",
            identity.server(),
            server.address(),
            identity.store(),
            identity.cipher(),
            protections.memoryLocked(),
            protections.keyArena(),
            protections.notDumpable(),
            protections.coreDumpsOff(),
            protections.noNewPrivileges(),
            protections.heapNotDumped(),
            protections.attachOff(),
            protections.sandbox()));
  }

  private int await() throws LinuxException {
    while (true) {
      int signal = signals.take();
      if (signal == Signals.SIGUSR1) {
        tellStatus();
        continue;
      }
      if (ServiceWatch.isEnd(signal)) {
        return ServiceWatch.exitCode(signal);
      }
      if (command == null) {
        LOG.log(System.Logger.Level.INFO, "stopping on signal " + signal);
        return 0;
      }
      if (signal == Command.ENDED) {
        return command.exitCode();
      }
      // SIGINT is the command's own: the terminal gave it to both.
      if (signal != Signals.SIGINT) {
        command.signal(signal);
      }
    }
  }

  /** Whatever the log's level: somebody asked. */
  private void tellStatus() {
    try {
      stderr.line("secmem-agent: status: " + engine.status());
    } catch (OutOfMemoryError e) {
      // One answer less; the agent goes on.
    }
  }

  /** Ends connections, wipes everything, removes the socket. */
  @Override
  public void close() {
    if (watch != null) {
      manager.stopping();
      watch.close();
    }
    if (command != null) {
      command.close();
    }
    if (server != null) {
      server.close();
    }
    if (engine != null) {
      engine.close();
    }
    if (folder != null) {
      folder.close();
    }
  }
}

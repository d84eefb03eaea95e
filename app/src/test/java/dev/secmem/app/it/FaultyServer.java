package dev.secmem.app.it;

import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.Request;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.app.TestPlugins;
import dev.secmem.app.engine.Admission;
import dev.secmem.app.engine.AgentIdentity;
import dev.secmem.app.engine.Engine;
import dev.secmem.app.engine.EngineMemory;
import dev.secmem.app.engine.EngineOptions;
import dev.secmem.app.engine.EnginePlugins;
import dev.secmem.app.engine.KeyOptions;
import dev.secmem.app.engine.Protections;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The agent's engine and transport in this process, where a request can be served by a thread of
 * its own, one of whose system calls fails. Of the agent only the process itself is missing.
 */
final class FaultyServer implements RequestHandler, AutoCloseable {
  private final AtomicReference<FailingCall> next = new AtomicReference<>();
  private final Path folder = Distribution.temporaryFolder("secmem-it-faulty-");
  private final Engine engine;
  private final TransportServer server;

  FaultyServer(String store) throws Exception {
    EngineOptions options = EngineOptions.DEFAULTS;
    engine =
        Engine.open(
            options,
            new KeyOptions(KeyOptions.Root.MNEMONIC, Set.of(), false, 0),
            new AgentIdentity("secmem-agent/0.1.0", store, "openssl", "uds"),
            new Protections("none", "memfd_secret", false, false, false, false, false, "none"),
            EngineMemory.open(options.maxSecretSize()),
            new EnginePlugins(
                TestPlugins.named(SecretStoreProvider.class, store),
                TestPlugins.named(CipherProvider.class, "openssl"),
                TestPlugins.named(KeyDerivationProvider.class, "openssl"),
                (passphrase, salt, parameters, key) -> {
                  throw new AssertionError("nothing here needs Argon2id");
                },
                List.of()),
            new Admission(Set.of(), Set.of(), null),
            (bytes, lengthBytes) -> {});
    engine.start();
    server = TestPlugins.named(TransportProvider.class, "uds").listen(ServerOptions.at(socket()));
    server.start(this);
  }

  String socket() {
    return folder.resolve("agent.sock").toString();
  }

  /** The next request is served under that fault. */
  void fail(FailingCall call) {
    next.set(call);
  }

  @Override
  public Session connected(Peer peer) throws RequestException {
    return new FaultySession(engine.connected(new Stranger(peer)));
  }

  /** The engine answers its own process HELLO only; here the test's clients live in it. */
  private record Stranger(Peer peer) implements Peer {
    @Override
    public long uid() {
      return peer.uid();
    }

    @Override
    public long gid() {
      return peer.gid();
    }

    @Override
    public int pid() {
      return 1;
    }

    @Override
    public int descriptor() {
      return peer.descriptor();
    }

    @Override
    public <T> T remember(Class<T> key, Supplier<T> source) {
      return peer.remember(key, source);
    }
  }

  private final class FaultySession implements Session {
    private final Session session;

    FaultySession(Session session) {
      this.session = session;
    }

    @Override
    public void handle(Request request, Reply reply) throws RequestException {
      FailingCall call = next.getAndSet(null);
      if (call == null) {
        session.handle(request, reply);
        return;
      }
      // The thread that serves waits: there is still one who works on the request at a time.
      Throwable[] failure = new Throwable[1];
      Thread thread =
          new Thread(
              () -> {
                try {
                  call.install();
                  session.handle(request, reply);
                } catch (Throwable e) {
                  failure[0] = e;
                }
              });
      thread.start();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (failure[0] instanceof RequestException refusal) {
        throw refusal;
      }
      if (failure[0] != null) {
        throw new AssertionError(failure[0]);
      }
    }

    @Override
    public void rejected(RequestException reason) {
      session.rejected(reason);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  @Override
  public void close() {
    server.close();
    engine.close();
    Distribution.delete(folder);
  }
}

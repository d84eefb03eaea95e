package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.AddressCheck.State;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.app.engine.Admission;
import dev.secmem.app.engine.AgentIdentity;
import dev.secmem.app.engine.Engine;
import dev.secmem.app.engine.EngineMemory;
import dev.secmem.app.engine.EngineOptions;
import dev.secmem.app.engine.EnginePlugins;
import dev.secmem.app.engine.KeyOptions;
import dev.secmem.app.engine.Protections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the watch does about what a transport tells it, foreign ones and failing ones included. */
final class ServiceWatchTest {
  private static final ServiceManager NOBODY = ServiceManager.of(name -> null, 1);

  private final LinkedBlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Supplier<State> answer = () -> State.HELD;
  private Engine engine;

  /** A transport that finds what the test says. */
  private final TransportServer server =
      new TransportServer() {
        @Override
        public String address() {
          return "nowhere";
        }

        @Override
        public List<String> warnings() {
          return List.of();
        }

        @Override
        public void start(RequestHandler handler) {
          assertNotNull(handler);
        }

        @Override
        public AddressCheck checkAddress(long timeoutMillis) {
          looks.incrementAndGet();
          assertTrue(timeoutMillis > 0);
          return new AddressCheck(answer.get(), "as the test says");
        }

        @Override
        public void close() {
          ends.clear();
        }
      };

  @BeforeEach
  void openEngine() throws Exception {
    EngineOptions options = EngineOptions.DEFAULTS;
    engine =
        Engine.open(
            options,
            KeyOptions.DEFAULTS,
            new AgentIdentity("test", "memfd", "openssl", "none"),
            new Protections("none", "none", false, false, false, false, false, "none"),
            EngineMemory.open(options.maxSecretSize()),
            new EnginePlugins(
                InstalledPlugins.store(null),
                InstalledPlugins.cipher(null),
                InstalledPlugins.keyDerivation(null),
                InstalledPlugins.argon2id().create()::argon2id,
                List.of()),
            new Admission(Set.of(), Set.of(), null),
            (bytes, lengthBytes) -> {});
    engine.start();
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  private ServiceWatch watch(long exitAfterMillis, boolean command) {
    ServiceSettings settings = new ServiceSettings(5, exitAfterMillis);
    ServiceWatch watch = new ServiceWatch(server, engine, NOBODY, ends::add, settings, command);
    watch.start();
    return watch;
  }

  private void awaitLooks(int more) throws InterruptedException {
    int goal = looks.get() + more;
    long start = System.nanoTime();
    while (looks.get() < goal) {
      assertTrue(System.nanoTime() - start < 60_000_000_000L, "it looks no more");
      Thread.sleep(2);
    }
  }

  private int end() throws InterruptedException {
    Integer number = ends.poll(60, TimeUnit.SECONDS);
    assertNotNull(number, "nothing ends it");
    assertTrue(ServiceWatch.isEnd(number));
    return ServiceWatch.exitCode(number);
  }

  @Test
  void whatIsGoneEndsWellAndWhatIsTakenBadly() throws Exception {
    ServiceWatch first = watch(0, false);
    awaitLooks(3);
    assertNull(ends.peek());
    answer = () -> State.GONE;
    assertEquals(0, end());
    first.close();
    answer = () -> State.TAKEN;
    ServiceWatch second = watch(0, false);
    assertEquals(1, end());
    second.close();
    assertNull(ends.poll(50, TimeUnit.MILLISECONDS), "once");
  }

  @Test
  void aFailureIsNotTheEndOfTheWatch() throws Exception {
    for (Supplier<State> failing :
        List.<Supplier<State>>of(
            () -> {
              throw new IllegalStateException("a bug");
            },
            () -> {
              throw new OutOfMemoryError("for a moment");
            },
            () -> State.SILENT)) {
      answer = failing;
      try (ServiceWatch watch = watch(0, false)) {
        awaitLooks(3);
        answer = () -> State.RESTORED;
        awaitLooks(3);
        assertNull(ends.peek());
        answer = () -> State.TAKEN;
        assertEquals(1, end(), watch.toString());
      }
    }
  }

  @Test
  void withACommandItOnlyLooks() throws Exception {
    try (ServiceWatch watch = watch(0, true)) {
      answer = () -> State.GONE;
      awaitLooks(3);
      answer = () -> State.TAKEN;
      awaitLooks(3);
      assertNull(ends.poll(50, TimeUnit.MILLISECONDS), watch.toString());
    }
  }

  @Test
  void idleEndsWellWhateverBecameOfTheSocket() throws Exception {
    answer = () -> State.SILENT;
    try (ServiceWatch watch = watch(100, false)) {
      assertEquals(0, end(), watch.toString());
    }
  }

  @Test
  void whoClosedItHearsNothing() throws Exception {
    ServiceWatch watch = watch(0, false);
    awaitLooks(1);
    watch.close();
    answer = () -> State.TAKEN;
    assertNull(ends.poll(100, TimeUnit.MILLISECONDS));
    assertTrue(ServiceWatch.isEnd(-1) && !ServiceWatch.isEnd(Command.ENDED));
    assertTrue(!ServiceWatch.isEnd(Signals.SIGTERM) && !ServiceWatch.isEnd(Signals.SIGUSR1));
  }
}

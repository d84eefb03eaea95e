package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.Availability;
import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.api.transport.TransportServer;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server, a client of it, and what both transport contracts do with them. */
abstract class TransportFixture {
  final ScriptedHandler handler = new ScriptedHandler();
  TransportServer server;
  SecretClient client;

  /** The provider under test. */
  protected abstract TransportProvider provider();

  /** An address where nothing is; the same during one test. */
  protected abstract String address();

  /**
   * A descriptor on which somebody listens at {@link #address}, where nothing was, and goes on to
   * do so; asked again in the same test, another one of the same socket.
   *
   * @return -1 if this transport has no such thing
   */
  protected int inheritedDescriptor() throws Exception {
    return -1;
  }

  @BeforeEach
  final void connectToServer() throws Exception {
    Availability availability = provider().availability();
    Capability.require(availability.isAvailable(), availability.reason());
    server = provider().listen(ServerOptions.at(address()));
    server.start(handler);
    client = connect();
  }

  @AfterEach
  final void closeServer() {
    if (client != null) {
      client.close();
      server.close();
    }
  }

  /** How long anything may take that is not to hang; {@code -Dtck.hangMillis} is for the kit. */
  private static long hangMillis() {
    return Long.getLong("tck.hangMillis", Race.HANG_MILLIS);
  }

  /** Something that a client does. */
  @FunctionalInterface
  interface ClientWork {
    void run() throws SecretClientException;
  }

  final SecretClient connect() throws SecretClientException {
    return provider().connect(ClientOptions.at(address()));
  }

  /** A request whose reply holds nothing. */
  final void ask() throws SecretClientException {
    client.delete("x");
  }

  /** The connection is still good, and replies are not out of step. */
  final void assertGoesOn() throws SecretClientException {
    handler.script = (request, reply) -> reply.ok("ttl_ms=42");
    assertEquals(42, client.touch("x", OptionalLong.empty()));
  }

  /** The agent refuses with that code, and that message unless it is null. */
  static SecretClientException assertRefused(ErrorCode code, String message, ClientWork work) {
    SecretClientException refused = assertThrows(SecretClientException.class, work::run);
    assertEquals(SecretClientException.Reason.REFUSED, refused.reason(), refused.getMessage());
    assertEquals(code, refused.code().orElseThrow());
    if (message != null) {
      assertEquals(message, refused.getMessage());
    }
    return refused;
  }

  /** Runs something in a thread of its own. */
  static FutureTask<Void> start(Callable<Void> work) {
    FutureTask<Void> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "transport-contract");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** Waits for it; what it threw is the test's failure. */
  static void get(FutureTask<Void> task) throws Exception {
    try {
      task.get(hangMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      throw (Exception) e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("it hangs", e);
    }
  }

  static void pause(CountDownLatch latch) {
    try {
      assertTrue(latch.await(hangMillis(), TimeUnit.MILLISECONDS), "it hangs");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void awaitTrue(BooleanSupplier condition, String failure) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < hangMillis() * 1_000_000, failure);
      Thread.sleep(5);
    }
  }
}

package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.Verb;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@link TransportServer}, of its provider and of how it calls its handler. What
 * travels has its rules in {@link TransportMessageContract}.
 */
public abstract class TransportContract extends TransportFixture {

  /** For subclasses. */
  protected TransportContract() {}

  @Test
  @Rule("TR-01")
  void closeEndsEverythingAndGivesTheAddressBack() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    handler.script =
        (request, reply) -> {
          running.countDown();
          pause(goOn);
          reply.ok("");
        };
    FutureTask<Void> asking = start(this::askWhateverHappens);
    pause(running);
    FutureTask<Void> closing = start(this::closeServerItself);
    assertThrows(TimeoutException.class, () -> closing.get(200, TimeUnit.MILLISECONDS));
    goOn.countDown();
    get(closing);
    get(asking);
    server.close();
    assertEquals(handler.opened.get(), handler.closed.get());
    assertThrows(SecretClientException.class, () -> client.delete("x"));
    assertThrows(SecretClientException.class, this::connect);
    try (TransportServer again = provider().listen(ServerOptions.at(address()))) {
      assertEquals(address(), again.address());
    }
  }

  @Test
  @Rule("TR-02")
  void connectionsDoNotWaitForEachOther() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger atOnce = new AtomicInteger();
    handler.script =
        (request, reply) -> {
          both.countDown();
          pause(both);
          atOnce.incrementAndGet();
          reply.ok("");
        };
    FutureTask<Void> first = start(this::askForNothing);
    try (SecretClient other = connect()) {
      other.delete("y");
    }
    get(first);
    assertEquals(2, atOnce.get());
  }

  @Test
  @Rule("TR-03")
  void clientsWaitUntilStart() throws Exception {
    server.close();
    try (TransportServer late = provider().listen(ServerOptions.at(address()))) {
      FutureTask<Void> asking =
          start(
              () -> {
                try (SecretClient early = connect()) {
                  early.delete("x");
                }
                return null;
              });
      assertThrows(TimeoutException.class, () -> asking.get(200, TimeUnit.MILLISECONDS));
      late.start(handler);
      get(asking);
    }
  }

  @Test
  @Rule("TR-04")
  void takenAddressIsRefused() throws Exception {
    PluginException refused =
        assertThrows(
            PluginException.class, () -> provider().listen(ServerOptions.at(address())).close());
    assertEquals(PluginException.Reason.UNAVAILABLE, refused.reason());
    client.delete("x");
    connect().close();
  }

  @Test
  @Rule("TR-05")
  void refusalOfAConnection() throws Exception {
    // Judged before the judge changes its mind: that need not be when it connected.
    ask();
    for (ErrorCode code : new ErrorCode[] {ErrorCode.DENIED, ErrorCode.BUSY}) {
      handler.refusal = new RequestException(code, "not you");
      try (SecretClient refused = connect()) {
        assertRefused(code, "not you", () -> refused.delete("x"));
      }
    }
    assertEquals(1, handler.requests.get());
    handler.refusal = null;
    client.delete("x");
  }

  @Test
  @Rule("TR-06")
  void sessionIsClosedOnce() throws Exception {
    ask();
    for (int i = 0; i < 5; i++) {
      try (SecretClient other = connect()) {
        handler.script =
            (request, reply) -> {
              throw new IllegalStateException("fails");
            };
        assertThrows(SecretClientException.class, () -> other.delete("x"));
      }
    }
    awaitTrue(() -> handler.closed.get() == 5, "a session was not closed when its client left");
    server.close();
    assertEquals(6, handler.closed.get());
    assertEquals(0, handler.closedTwice.get());
  }

  @Test
  @Rule("TR-07")
  void requestExceptionIsItsCode() throws Exception {
    for (ErrorCode code : ErrorCode.values()) {
      handler.script =
          (request, reply) -> {
            throw new RequestException(code, "because of " + code);
          };
      assertRefused(code, "because of " + code, () -> client.delete("x"));
    }
    assertGoesOn();
  }

  @Test
  @Rule("TR-08")
  void everyOtherFailureIsInternal() throws Exception {
    for (Throwable failure :
        List.of(new IllegalStateException("hidden"), new OutOfMemoryError("hidden"))) {
      handler.script =
          (request, reply) -> {
            if (failure instanceof Error) {
              throw (Error) failure;
            }
            throw (RuntimeException) failure;
          };
      SecretClientException refused = assertRefused(ErrorCode.INTERNAL, null, this::ask);
      assertFalse(refused.getMessage().contains("hidden"), refused.getMessage());
    }
    assertGoesOn();
  }

  @Test
  @Rule("TR-09")
  void noAnswerIsInternal() throws Exception {
    handler.script = (request, reply) -> {};
    assertRefused(ErrorCode.INTERNAL, null, this::ask);
    assertGoesOn();
  }

  @Test
  @Rule("TR-21")
  void inheritedAddressStays() throws Exception {
    server.close();
    int given = inheritedDescriptor();
    Capability.require(given != -1, "the transport takes no inherited descriptor in this test");
    for (int round = 0; round < 2; round++) {
      ServerOptions options = ServerOptions.at(round == 0 ? null : address());
      try (TransportServer inheriting = provider().listen(options.withInherited(given))) {
        assertEquals(address(), inheriting.address());
        inheriting.start(handler);
        try (SecretClient guest = connect()) {
          guest.delete("x");
        }
      }
      assertThrows(
          PluginException.class,
          () -> provider().listen(ServerOptions.at(address())).close(),
          "the address went with the server");
      given = inheritedDescriptor();
    }
    provider().listen(ServerOptions.at(address()).withInherited(given)).close();
  }

  @Test
  @Rule("TR-22")
  void inheritedAddressIsTheOneThatWasNamed() throws Exception {
    server.close();
    int given = inheritedDescriptor();
    Capability.require(given != -1, "the transport takes no inherited descriptor in this test");
    ServerOptions options = ServerOptions.at(address() + "-other").withInherited(given);
    PluginException refused =
        assertThrows(PluginException.class, () -> provider().listen(options).close());
    assertEquals(PluginException.Reason.UNAVAILABLE, refused.reason());
  }

  @Test
  @Rule("TR-23")
  void checkIsARoundTripThroughTheHandler() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    handler.script =
        (request, reply) -> {
          if (request.verb() == Verb.HELLO && asked.incrementAndGet() == 2) {
            pause(goOn);
          }
          reply.ok("");
        };
    assertEquals(AddressCheck.State.HELD, server.checkAddress(60_000).state());
    assertEquals(1, asked.get());
    assertEquals(AddressCheck.State.SILENT, server.checkAddress(200).state());
    client.delete("x");
    goOn.countDown();
    assertEquals(AddressCheck.State.HELD, server.checkAddress(60_000).state());
    assertEquals(3, asked.get());
  }

  private Void askForNothing() throws SecretClientException {
    ask();
    return null;
  }

  private Void askWhateverHappens() {
    try {
      ask();
    } catch (SecretClientException e) {
      // Whether the reply is still sent when the server closes is not promised.
      assertFalse(e.getMessage().isEmpty());
    }
    return null;
  }

  private Void closeServerItself() {
    server.close();
    return null;
  }
}

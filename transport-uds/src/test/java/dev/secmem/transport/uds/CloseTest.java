package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.ServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of a server, with clients in every state. */
class CloseTest extends ServerTestBase {

  @Test
  void endsEveryConnection() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawClient client = connect();
      client.assertAlive();
      if (i % 2 == 0) {
        client.send("HEL");
      }
      clients.add(client);
    }
    server.close();
    assertFalse(Files.exists(Path.of(path)));
    for (RawClient client : clients) {
      client.assertEnds();
      client.close();
    }
    server.close();
  }

  @Test
  void waitsForAHandlerThatRuns() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    handler.beforeRead =
        () -> {
          running.countDown();
          pause(goOn);
        };
    try (RawClient client = connect()) {
      client.give("PUT x -\n", TestLibc.memfd(new byte[1]));
      assertTrue(running.await(20, TimeUnit.SECONDS));
      Thread closing = new Thread(server::close);
      closing.start();
      closing.join(200);
      assertTrue(closing.isAlive(), "close did not wait");
      goOn.countDown();
      closing.join(20_000);
      assertFalse(closing.isAlive(), "close did not end");
      assertEquals(1, handler.closed.get());
      assertTrue(handler.values.containsKey("x"));
    }
  }

  private static void pause(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void fromInsideAHandlerDoesNotWaitForItself() throws Exception {
    handler.beforeRead = server::close;
    try (RawClient client = connect()) {
      client.give("PUT x -\n", TestLibc.memfd(new byte[1]));
      client.assertEnds();
    }
    await(() -> handler.closed.get() == 1, "the session was not closed");
  }

  @Test
  void fromHandlersAndOutsideAtOnce() throws Exception {
    CountDownLatch all = new CountDownLatch(3);
    handler.beforeRead =
        () -> {
          all.countDown();
          pause(all);
          server.close();
        };
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(connect().give("PUT x -\n", TestLibc.memfd(new byte[1])));
    }
    assertTrue(all.await(20, TimeUnit.SECONDS));
    long start = System.nanoTime();
    server.close();
    assertTrue(System.nanoTime() - start < 20_000_000_000L, "they waited for each other");
    assertEquals(3, handler.closed.get());
    clients.forEach(RawClient::close);
  }

  @Test
  void clientThatWaitsToBeAccepted() throws Exception {
    String other = folder.resolve("other.sock").toString();
    var listening = provider.listen(ServerOptions.at(other));
    try (RawClient client = new RawClient(other)) {
      client.send("HELLO\n");
      listening.close();
      client.assertEnds();
    }
  }

  @Test
  void startIsForOnceAndNotAfterClose() throws Exception {
    assertThrows(IllegalStateException.class, () -> server.start(handler));
    server.close();
    assertThrows(IllegalStateException.class, () -> server.start(handler));
  }

  @Test
  void startAndCloseInTurns() throws PluginException {
    server.close();
    for (int i = 0; i < 100; i++) {
      try (var again = provider.listen(ServerOptions.at(path))) {
        again.start(handler);
      }
    }
  }
}

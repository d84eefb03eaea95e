package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.ResourceLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that leave their deliveries unread, under a low limit of open files. Root is exempt from
 * the kernel's limit of descriptors on their way, so the server runs as another user.
 */
class LazyClientTest {
  private static final int FILES = 400;
  private static final int LAZY = 75;

  @TempDir Path folder;

  private final MapHandler handler = new MapHandler();
  private final List<RawClient> lazy = new ArrayList<>();
  private String path;
  private TransportServer server;
  private long softBefore;
  private long hard;

  @BeforeEach
  void startAsAnotherUser() throws Exception {
    path = folder.resolve("s").toString();
    Files.setAttribute(folder, "unix:mode", 01777);
    handler.values.put("x", new byte[64]);
    softBefore = ResourceLimit.NOFILE.soft();
    hard = ResourceLimit.NOFILE.hard();
    ResourceLimit.NOFILE.set(FILES, hard);
    server =
        OtherUser.call(
            () -> {
              TransportServer made =
                  new UdsTransportProvider()
                      .listen(new ServerOptions(path, -1, true, 600_000, 600_000));
              made.start(handler);
              return made;
            });
  }

  @AfterEach
  void stop() throws Exception {
    ResourceLimit.NOFILE.set(softBefore, hard);
    lazy.forEach(RawClient::close);
    if (server != null) {
      server.close();
      assertEquals(handler.opened.get(), handler.closed.get());
    }
  }

  private void assertOthersAreServed() throws Exception {
    for (int connection = 0; connection < 20; connection++) {
      try (RawClient other = new RawClient(path)) {
        for (int i = 0; i < 10; i++) {
          String answer = other.ask("GET x");
          assertTrue(answer.startsWith("OK"), answer);
          other.takeDescriptors().forEach(Descriptor::close);
        }
      }
    }
  }

  @Test
  void othersAreServedWhileManyNeverRead() throws Exception {
    for (int i = 0; i < LAZY; i++) {
      RawClient client = new RawClient(path);
      client.send("GET x\n".repeat(50));
      lazy.add(client);
    }
    ServerTestBase.await(() -> handler.opened.get() == LAZY, "not all were accepted");
    assertOthersAreServed();
  }

  @Test
  void clientThatLeavesDeliveriesUnreadGoesOnCounting() throws Exception {
    // It asks, says that it will ask no more, and keeps the socket: the connection would be over.
    for (int i = 0; i < 20; i++) {
      RawClient client = new RawClient(path);
      client.send("GET x\n".repeat(2));
      TestLibc.shutdownWrite(client.socket);
      lazy.add(client);
    }
    ServerTestBase.await(() -> handler.requests.get() == 40, "not all were served");
    assertOthersAreServed();
    ServerTestBase.await(() -> handler.opened.get() - handler.closed.get() == 20, "not 20 left");
    Thread.sleep(600);
    assertEquals(20, handler.opened.get() - handler.closed.get());
    // Reading ends one, leaving ends another.
    RawClient reader = lazy.get(0);
    for (int i = 0; i < 2; i++) {
      assertTrue(reader.line().startsWith("OK"));
    }
    reader.assertEnds();
    lazy.remove(1).close();
    ServerTestBase.await(() -> handler.opened.get() - handler.closed.get() == 18, "not 18 left");
  }
}

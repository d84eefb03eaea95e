package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.AddressCheck.State;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.UnixSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a socket that somebody else listens on, too. */
class InheritedSocketTest {
  private static final long PATIENCE_MILLIS = 20_000;

  @TempDir Path folder;

  private final UdsTransportProvider provider = new UdsTransportProvider();
  private String path;
  private int manager;
  private long before;

  @BeforeEach
  void listen() throws LinuxException, PluginException {
    path = folder.resolve("agent.sock").toString();
    provider.listen(ServerOptions.at(path)).close(); // loads what opens descriptors for ever
    before = ServerTestBase.countDescriptors();
    manager = UnixSocket.listen(path, 0600, 16);
  }

  @AfterEach
  void close() throws InterruptedException {
    Descriptor.close(manager);
    ServerTestBase.await(
        () -> ServerTestBase.countDescriptors() <= before, "descriptors are left open");
  }

  private TransportServer inherit(String address) throws LinuxException, PluginException {
    int given = Descriptor.duplicate(manager);
    Descriptor.setCloseOnExec(given, false); // as it comes through exec
    return provider.listen(ServerOptions.at(address).withInherited(given));
  }

  private void assertRefused(int descriptor, String address, String why) {
    PluginException refused =
        assertThrows(
            PluginException.class,
            () -> provider.listen(ServerOptions.at(address).withInherited(descriptor)).close());
    assertEquals(PluginException.Reason.UNAVAILABLE, refused.reason());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().contains(" " + descriptor + " "), refused.getMessage());
  }

  @Test
  void clientsWaitInTheQueueFromOneServerToTheNext() throws Exception {
    RawClient waiting = new RawClient(path);
    waiting.send("HELLO\n");
    for (int round = 0; round < 20; round++) {
      MapHandler handler = new MapHandler();
      long start = System.nanoTime();
      try (TransportServer server = inherit(null)) {
        assertEquals(path, server.address());
        server.start(handler);
        assertTrue(waiting.line().startsWith("OK protocol=1"));
        waiting.close();
        try (RawClient one = new RawClient(path);
            RawClient two = new RawClient(path)) {
          one.assertAlive();
          two.assertAlive();
        }
      }
      assertTrue(System.nanoTime() - start < 15_000_000_000L, "close waits for nobody");
      assertEquals(handler.opened.get(), handler.closed.get());
      waiting = new RawClient(path);
      waiting.send("HELLO\n");
    }
    waiting.close();
    assertTrue(UnixSocket.isListening(manager), "the manager goes on listening");
    assertTrue(Files.exists(Path.of(path)));
  }

  @Test
  void theCheckIsARoundTripAndMendsNothing() throws Exception {
    try (TransportServer server = inherit(path)) {
      assertEquals(State.SILENT, server.checkAddress(100).state(), "not started");
      server.start(new MapHandler());
      assertEquals(State.HELD, server.checkAddress(PATIENCE_MILLIS).state());
      Files.delete(Path.of(path));
      assertEquals(State.SILENT, server.checkAddress(PATIENCE_MILLIS).state());
    }
  }

  @Test
  void aPathThatLeadsToTheSameFileIsTheSame() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    inherit(link.resolve("agent.sock").toString()).close();
    int other = UnixSocket.listen(folder.resolve("other").toString(), 0600, 1);
    assertRefused(Descriptor.duplicate(manager), folder.resolve("other").toString(), "not at");
    assertRefused(Descriptor.duplicate(manager), folder.resolve("none").toString(), "not at");
    Descriptor.close(other);
  }

  @Test
  void whatIsNoListeningStreamSocketIsRefusedAndClosed() throws Exception {
    assertRefused(Memfd.create(), null, "is not a socket");
    int[] pair = UnixSocket.pair();
    assertRefused(pair[0], null, "not a listening");
    Descriptor.close(pair[1]);
    assertRefused(TestLibc.socket(1, 2), null, "not a listening");
    assertRefused(TestLibc.socket(2, 1), null, "not a listening");
    assertRefused(TestLibc.listenAbstract("secmem-test-" + path), null, "no absolute path");
    assertRefused(4095, null, "is not open");
  }
}

package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every request of the client interface, end to end. */
class ClientAndServerTest {
  @TempDir Path folder;

  private final MapHandler handler = new MapHandler();
  private TransportServer server;
  private SecretClient client;

  @BeforeEach
  void connect() throws Exception {
    UdsTransportProvider provider = new UdsTransportProvider();
    String path = folder.resolve("agent.sock").toString();
    server = provider.listen(ServerOptions.at(path));
    server.start(handler);
    client = provider.connect(ClientOptions.at(path));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    assertFalse(Files.exists(folder.resolve("agent.sock")), "the socket's file is left");
    assertEquals(handler.opened.get(), handler.closed.get());
  }

  @Test
  void putAndGetKeepEveryByte() throws Exception {
    for (int size : new int[] {0, 1, 64, 4096, 1 << 20}) {
      byte[] value = new byte[size];
      new java.util.Random(size).nextBytes(value);
      ByteBuffer direct = ByteBuffer.allocateDirect(size).put(value).flip();
      assertEquals(1, client.put("a/name", direct, PutOptions.DEFAULTS.ttlMillis(1000)));
      assertEquals(0, direct.position(), "put borrows");
      try (SecretClient.Delivery delivery = client.get("a/name", OptionalLong.empty())) {
        assertEquals(size, delivery.sizeBytes());
        assertEquals("a/name", delivery.info().name());
        ByteBuffer got = ByteBuffer.allocateDirect(size + 1);
        assertEquals(size, delivery.read(0, got));
        byte[] bytes = new byte[size];
        got.flip().get(bytes);
        assertArrayEquals(value, bytes);
      }
    }
  }

  @Test
  void theOtherRequests() throws Exception {
    client.put("one", ByteBuffer.allocateDirect(3), PutOptions.DEFAULTS);
    assertEquals(3, client.stat("one", OptionalLong.of(0)).sizeBytes());
    assertEquals(2, client.stat("one", OptionalLong.empty()).reads());
    assertEquals(77, client.touch("one", OptionalLong.of(77)));
    try (SecretClient.Delivery list = client.list("")) {
      assertEquals(3, list.sizeBytes());
      assertNull(list.info());
    }
    client.status().close();
    client.metrics().close();
    client.audit(5).close();
    client.delete("one");
    SecretClientException refused =
        assertThrows(SecretClientException.class, () -> client.delete("one"));
    assertEquals(ErrorCode.NOT_FOUND, refused.code().orElseThrow());
    assertThrows(SecretClientException.class, () -> client.get("one", OptionalLong.empty()));
    client.put("one", ByteBuffer.allocateDirect(3), PutOptions.DEFAULTS);
  }
}

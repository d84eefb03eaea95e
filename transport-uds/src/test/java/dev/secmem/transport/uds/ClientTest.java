package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A client and agents that are absent, strange or broken. */
class ClientTest extends ClientTestBase {

  private static SecretClientException assertFails(Reason reason, Executable call) {
    SecretClientException failed = assertThrows(SecretClientException.class, call);
    assertEquals(reason, failed.reason(), failed.getMessage());
    return failed;
  }

  private static int sealed(int size, int seals) throws Exception {
    int fd = TestLibc.memfd(new byte[size]);
    Memfd.addSeals(fd, seals);
    return fd;
  }

  private void assertBadGet(String reply, int... descriptors) throws Exception {
    try (FakeServer server = new FakeServer(path, reply, descriptors);
        SecretClient client = connect()) {
      assertFails(Reason.BAD_REPLY, () -> client.get("x", OptionalLong.empty()));
      assertTrue(server != null);
    } finally {
      for (int fd : descriptors) {
        Descriptor.close(fd);
      }
      Files.delete(Path.of(path));
    }
  }

  @Test
  void nobodyThere() throws Exception {
    String message = assertFails(Reason.NO_AGENT, this::connect).getMessage();
    assertTrue(message.contains(path) && message.contains("secmem-agent"), message);
    Descriptor.close(UnixSocket.listen(path, 0600, 1));
    message = assertFails(Reason.NO_AGENT, this::connect).getMessage();
    assertTrue(message.contains("no agent answers"), message);
    Files.delete(Path.of(path));
    Files.writeString(Path.of(path), "");
    assertFails(Reason.NO_AGENT, this::connect);
    path = folder.resolve("x".repeat(200)).toString();
    message = assertFails(Reason.NO_AGENT, this::connect).getMessage();
    assertTrue(message.contains("107"), message);
  }

  @Test
  void strangersServerIsSentNothing() throws Exception {
    Files.setAttribute(folder, "unix:mode", 01777);
    MapHandler handler = new MapHandler();
    var server =
        OtherUser.call(() -> provider.listen(new ServerOptions(path, -1, true, 600_000, 600_000)));
    server.start(handler);
    String message = assertFails(Reason.NOT_TRUSTED, this::connect).getMessage();
    assertTrue(message.contains("uid " + OtherUser.UID), message);
    ServerTestBase.await(() -> handler.closed.get() == 1, "the connection did not end");
    assertEquals(0, handler.requests.get());
    try (SecretClient client =
        provider.connect(new ClientOptions(path, Set.of(OtherUser.UID), 5000))) {
      client.status().close();
    }
    assertEquals(1, handler.requests.get());
    server.close();
  }

  @Test
  void ownServerAndRootsAreTrusted() throws Exception {
    Files.setAttribute(folder, "unix:mode", 01777);
    try (var server = provider.listen(new ServerOptions(path, -1, true, 60_000, 60_000))) {
      server.start(new MapHandler());
      connect().close();
      OtherUser.call(
          () -> {
            connect().close();
            return null;
          });
    }
  }

  @Test
  void socketThatIsNotOpenToThisUser() throws Exception {
    Files.setAttribute(folder, "unix:mode", 01777);
    try (var server = provider.listen(ServerOptions.at(path))) {
      server.start(new MapHandler());
      String message =
          OtherUser.call(() -> assertFails(Reason.NO_AGENT, this::connect)).getMessage();
      assertTrue(message.contains("not open to this user"), message);
    }
  }

  @Test
  void repliesThatAreNone() throws Exception {
    assertBadGet("HTTP/1.1 400 Bad Request\n");
    assertBadGet("OK version=1 ttl_ms=5 size=0 owner=0\n");
    assertBadGet("OK version=1\u0007\n");
    assertBadGet("OK a=b\nOK c=d\n");
  }

  @Test
  void deliveriesThatAreNotWhatTheReplySays() throws Exception {
    String reply = "OK version=1 ttl_ms=5 size=3 owner=0\n";
    assertBadGet(reply, sealed(3, SEALS & ~Memfd.SEAL_WRITE));
    assertBadGet(reply, sealed(3, SEALS & ~Memfd.SEAL_SHRINK));
    assertBadGet(reply, sealed(4, SEALS));
    assertBadGet(reply, sealed(3, SEALS), sealed(3, SEALS));
    assertBadGet(reply, TestLibc.open("/dev/zero", TestLibc.O_RDONLY));
    assertBadGet("OK ttl_ms=5 size=3 owner=0\n", sealed(3, SEALS));
    int[] pipe = TestLibc.pipe();
    assertBadGet(reply, pipe[0]);
    Descriptor.close(pipe[1]);
  }

  @Test
  void descriptorThatNobodyAskedFor() throws Exception {
    int fd = sealed(3, SEALS);
    try (FakeServer server = new FakeServer(path, "OK\n", fd);
        SecretClient client = connect()) {
      assertFails(Reason.BAD_REPLY, () -> client.delete("x"));
      // What broke stays broken.
      assertFails(Reason.NO_AGENT, () -> client.delete("x"));
      assertTrue(server != null);
    }
    Descriptor.close(fd);
    Files.delete(Path.of(path));
    fd = sealed(3, SEALS);
    try (FakeServer server = new FakeServer(path, "ERR denied no\n", fd);
        SecretClient client = connect()) {
      assertEquals(
          ErrorCode.DENIED,
          assertFails(Reason.REFUSED, () -> client.delete("x")).code().orElseThrow());
      assertTrue(server != null);
    }
    Descriptor.close(fd);
  }

  @Test
  void agentThatDiesBeforeItAnswers() throws Exception {
    try (FakeServer server = new FakeServer(path, "");
        SecretClient client = connect()) {
      assertFails(Reason.NO_AGENT, () -> client.delete("x"));
      assertTrue(server != null);
    }
  }

  @Test
  void agentThatNeverAnswers() throws Exception {
    int listening = UnixSocket.listen(path, 0600, 5);
    try (SecretClient client = provider.connect(new ClientOptions(path, Set.of(), 100))) {
      String message = assertFails(Reason.BAD_REPLY, () -> client.delete("x")).getMessage();
      assertTrue(message.contains("100 ms"), message);
    }
    Descriptor.close(listening);
  }

  @Test
  void partsThatWouldBreakOutOfTheLine() throws Exception {
    MapHandler handler = new MapHandler();
    try (var server = provider.listen(ServerOptions.at(path))) {
      server.start(handler);
      try (SecretClient client = connect()) {
        ByteBuffer value = ByteBuffer.allocateDirect(1);
        for (String name : new String[] {"", "a b", "a\nDEL b", "x".repeat(201), "\u00fc"}) {
          SecretClientException refused =
              assertFails(Reason.REFUSED, () -> client.put(name, value, PutOptions.DEFAULTS));
          assertEquals(ErrorCode.BAD_REQUEST, refused.code().orElseThrow());
        }
        for (String grant : new String[] {"uid:1\nDEL x", "uid:\u00fc"}) {
          assertFails(
              Reason.REFUSED, () -> client.put("x", value, PutOptions.DEFAULTS.allow(grant)));
        }
        PutOptions huge = PutOptions.DEFAULTS.allow("unit:" + "x".repeat(5000));
        assertFails(Reason.REFUSED, () -> client.put("x", value, huge));
        for (String grant : new String[] {"", "uid:1 uid:2", "uid:1\nDEL x"}) {
          assertFails(Reason.REFUSED, () -> client.grant("x", List.of(grant)));
          assertFails(Reason.REFUSED, () -> client.revoke("x", List.of(grant)));
        }
        assertFails(Reason.REFUSED, () -> client.rename("x", "a b"));
        assertFails(Reason.REFUSED, () -> client.explain("", 1));
        assertEquals(0, handler.requests.get());
        client.put("x", value, PutOptions.DEFAULTS);
      }
    }
  }

  @Test
  void misuse() throws Exception {
    try (var server = provider.listen(ServerOptions.at(path))) {
      server.start(new MapHandler());
      SecretClient client = connect();
      assertThrows(
          IllegalArgumentException.class,
          () -> client.put("x", ByteBuffer.allocate(1), PutOptions.DEFAULTS));
      SecretClient.Delivery delivery = client.status();
      client.close();
      client.close();
      assertThrows(IllegalStateException.class, client::status);
      ByteBuffer part = ByteBuffer.allocateDirect(2);
      assertEquals(2, delivery.read(2, part));
      assertEquals(0, delivery.read(100, part.clear()));
      delivery.close();
      delivery.close();
      assertThrows(IllegalStateException.class, () -> delivery.read(0, part));
      assertThrows(IllegalStateException.class, delivery::descriptor);
    }
  }
}

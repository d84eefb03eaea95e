package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.KeyClient;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Memfd;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The client's verbs on keys: what each sends, and what it takes for a reply. */
class KeyClientTest extends ClientTestBase {
  private static final String PATH = "m/74'/0'/1'/0'";
  private static final byte[] SENT = "what goes in".getBytes(StandardCharsets.UTF_8);
  private static final byte[] RECEIVED = "what comes out".getBytes(StandardCharsets.UTF_8);

  private interface Call<T> {
    T on(KeyClient keys) throws SecretClientException;
  }

  /** Makes one call against a server that gives this reply; checks what it got. */
  private <T> T call(String reply, String request, byte[] body, Call<T> call) throws Exception {
    try (FakeServer server = new FakeServer(path, reply);
        SecretClient client = connect()) {
      try {
        return call.on(client.keys());
      } finally {
        assertEquals(request, server.request());
        assertArrayEquals(body, server.body());
      }
    } finally {
      Files.delete(Path.of(path));
    }
  }

  /** The same with a reply that brings a body, which the call must deliver. */
  private void assertDelivers(String request, byte[] body, Call<Delivery> call) throws Exception {
    int fd = sealed();
    try (FakeServer server = new FakeServer(path, "OK\n", fd);
        SecretClient client = connect();
        Delivery delivery = call.on(client.keys())) {
      assertEquals(request, server.request());
      assertArrayEquals(body, server.body());
      assertNull(delivery.info(), "it is no secret of the store");
      assertEquals(RECEIVED.length, delivery.sizeBytes());
      ByteBuffer got = ByteBuffer.allocateDirect(RECEIVED.length);
      assertEquals(RECEIVED.length, delivery.read(0, got));
      assertEquals(ByteBuffer.wrap(RECEIVED), got.flip());
    } finally {
      Descriptor.close(fd);
      Files.delete(Path.of(path));
    }
  }

  private static int sealed() throws Exception {
    int fd = TestLibc.memfd(RECEIVED);
    Memfd.addSeals(fd, SEALS);
    return fd;
  }

  private static ByteBuffer sent() {
    return ByteBuffer.allocateDirect(SENT.length).put(SENT).flip();
  }

  @Test
  void theLockTakesItsSecretsAsBodies() throws Exception {
    ByteBuffer secret = sent();
    call("OK\n", "UNLOCK\n", SENT, keys -> none(() -> keys.unlock(secret)));
    assertEquals(SENT.length, secret.remaining(), "borrowed: the position stays");
    call("OK\n", "LOCK\n", null, keys -> none(keys::lock));
    call("OK\n", "LOCK\n", SENT, keys -> none(() -> keys.lock(secret)));
  }

  private interface Action {
    void run() throws SecretClientException;
  }

  private static Void none(Action action) throws SecretClientException {
    action.run();
    return null;
  }

  @Test
  void aPublicKeyIsAField() throws Exception {
    for (KeyType type : KeyType.values()) {
      byte[] key = new byte[type.publicKeyBytes()];
      key[0] = (byte) 0xfe;
      String reply = "OK later=1 key=" + HexFormat.of().formatHex(key) + "\n";
      String request = "PUBKEY " + PATH + " " + type.wire() + "\n";
      assertArrayEquals(key, call(reply, request, null, keys -> keys.publicKey(PATH, type)));
    }
  }

  @Test
  void aPublicKeyThatIsNoneIsABadReply() throws Exception {
    for (String fields :
        new String[] {"", " key=", " key=0g", " key=000", " key=" + "00".repeat(33)}) {
      SecretClientException bad =
          assertThrows(
              SecretClientException.class,
              () ->
                  call(
                      "OK" + fields + "\n",
                      "PUBKEY " + PATH + " ed25519\n",
                      null,
                      keys -> keys.publicKey(PATH, KeyType.ED25519)));
      assertEquals(Reason.BAD_REPLY, bad.reason(), fields);
    }
  }

  @Test
  void whatIsMadeOfABodyIsDelivered() throws Exception {
    assertDelivers(
        "SIGN " + PATH + " nist256p1\n", SENT, keys -> keys.sign(PATH, KeyType.NIST256P1, sent()));
    assertDelivers("ENCRYPT\n", SENT, keys -> keys.encrypt(sent(), OptionalLong.empty()));
    assertDelivers("ENCRYPT 7\n", SENT, keys -> keys.encrypt(sent(), OptionalLong.of(7)));
    assertDelivers("DECRYPT\n", SENT, keys -> keys.decrypt(sent()));
    assertDelivers("ROTATE 2\n", SENT, keys -> keys.rotate(sent(), 2));
    assertDelivers(
        "SIGN m ed25519\n", new byte[0], keys -> keys.sign("m", KeyType.ED25519, nothing()));
  }

  private static ByteBuffer nothing() {
    return ByteBuffer.allocateDirect(0);
  }

  @Test
  void whatIsMadeOfAPathIsDelivered() throws Exception {
    assertDelivers(
        "DERIVE " + PATH + " secp256k1\n", null, keys -> keys.derive(PATH, KeyType.SECP256K1));
    assertDelivers("PASSWORD example.com 20\n", null, keys -> keys.password("example.com", 20));
    assertDelivers(
        "PASSWORD a%20b%25%C3%BC%0A/_-. 8\n", null, keys -> keys.password("a b%\u00fc\n/_-.", 8));
  }

  @Test
  void aReplyWithoutItsBodyIsBad() throws Exception {
    SecretClientException bad =
        assertThrows(
            SecretClientException.class,
            () -> call("OK\n", "DECRYPT\n", SENT, keys -> keys.decrypt(sent())));
    assertEquals(Reason.BAD_REPLY, bad.reason());
  }

  @Test
  void aRefusalCarriesItsCodeAndMessage() throws Exception {
    SecretClientException refused =
        assertThrows(
            SecretClientException.class,
            () ->
                call(
                    "ERR wrong-key retry_ms=2000 wait\n",
                    "UNLOCK\n",
                    SENT,
                    keys -> none(() -> keys.unlock(sent()))));
    assertEquals(ErrorCode.WRONG_KEY, refused.code().orElseThrow());
    assertEquals("retry_ms=2000 wait", refused.getMessage());
  }

  @Test
  void whatWouldBreakOutOfItsPlaceIsNotSent() throws Exception {
    MapHandler handler = new MapHandler();
    try (var server = provider.listen(ServerOptions.at(path))) {
      server.start(handler);
      try (SecretClient client = connect()) {
        KeyClient keys = client.keys();
        for (String bad : new String[] {"", "m/1 ed25519", "m\nLOCK", "m/\u00fc", "m\u0000"}) {
          assertBadRequest(() -> keys.publicKey(bad, KeyType.ED25519));
          assertBadRequest(() -> keys.sign(bad, KeyType.ED25519, sent()));
          assertBadRequest(() -> keys.derive(bad, KeyType.ED25519));
        }
        assertBadRequest(() -> keys.password("", 20));
        assertBadRequest(() -> keys.password("x".repeat(5000), 20));
        assertThrows(IllegalArgumentException.class, () -> keys.unlock(ByteBuffer.allocate(1)));
        assertThrows(IllegalArgumentException.class, () -> keys.decrypt(ByteBuffer.allocate(1)));
        assertEquals(0, handler.requests.get());
      }
    }
  }

  private static void assertBadRequest(Executable call) {
    SecretClientException refused = assertThrows(SecretClientException.class, call);
    assertEquals(ErrorCode.BAD_REQUEST, refused.code().orElseThrow());
  }

  @Test
  void aClosedClientsKeysAreClosed() throws Exception {
    try (var server = provider.listen(ServerOptions.at(path))) {
      server.start(new MapHandler());
      SecretClient client = connect();
      KeyClient keys = client.keys();
      client.close();
      assertThrows(IllegalStateException.class, keys::lock);
      assertThrows(IllegalStateException.class, () -> keys.unlock(sent()));
    }
  }
}

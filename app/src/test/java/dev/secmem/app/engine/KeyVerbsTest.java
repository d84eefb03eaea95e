package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.keys.Envelope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The verbs on keys by docs/PROTOCOL.md: whose keys they are, who may use them, and how large. */
final class KeyVerbsTest {
  /** The mnemonic whose passwords docs/PROTOCOL.md tells. */
  private static final String ABANDON = "abandon ".repeat(11) + "about";

  private static final int MOST = EngineOptions.DEFAULTS.maxSecretSize();

  private static KeyEngine agent;
  private static Client own;
  private static Client stranger;

  @BeforeAll
  static void open() throws Exception {
    agent = new KeyEngine(KeyOptions.Root.MNEMONIC, true, 0);
    own = agent.own();
    own.call("UNLOCK", ABANDON).assertOk();
    stranger = agent.client(KeyEngine.STRANGER);
  }

  @AfterAll
  static void close() {
    agent.close();
  }

  @Test
  void publicAndPrivateKeyAreAPairAndDifferByPathAndType() throws Exception {
    KeyDerivation other = KeyEngine.derivation("bc");
    for (KeyType type : KeyType.values()) {
      String arguments = " m/44'/7' " + type.wire();
      Answer derived = own.call("DERIVE" + arguments).assertOk("");
      ByteBuffer publicKey = ByteBuffer.allocateDirect(type.publicKeyBytes());
      other.publicKey(type, direct(derived.body()), publicKey);
      byte[] expected = new byte[publicKey.flip().remaining()];
      publicKey.get(expected);
      own.call("PUBKEY" + arguments).assertOk("key=" + HexFormat.of().formatHex(expected));
      assertNotEquals(
          own.call("PUBKEY" + arguments).text(), own.call("PUBKEY m/44'/8' " + type.wire()).text());
    }
    // Ethereum's first account of this mnemonic, as every tool of that kind has it.
    assertEquals(
        "1ab42cc412b618bdea3a599e3c9bae199ebf030895b039e9db1e30dafb12b727",
        HexFormat.of().formatHex(own.call("DERIVE m/44'/60'/0'/0/0 secp256k1").body()));
  }

  @Test
  void signaturesVerifyAndAMessageHasItsLimit() throws Exception {
    KeyDerivation other = KeyEngine.derivation("bc");
    for (KeyType type : KeyType.values()) {
      String arguments = " m/74'/0'/0'/7' " + type.wire();
      byte[] key = HexFormat.of().parseHex(own.call("PUBKEY" + arguments).field("key"));
      for (int size : new int[] {0, 1000, MOST}) {
        byte[] message = new byte[size];
        new Random(size).nextBytes(message);
        byte[] signature = own.call("SIGN" + arguments, message).assertOk("").body();
        assertTrue(other.verify(type, direct(key), direct(message), direct(signature)));
      }
      own.call("SIGN" + arguments, new byte[MOST + 1])
          .assertFails(ErrorCode.TOO_LARGE, "a message has at most " + MOST + " bytes");
    }
    own.call("SIGN m/0' ed25519").assertFails(ErrorCode.BAD_REQUEST, "no descriptor came");
  }

  @Test
  void passwordsAreThoseOfTheDocument() {
    assertEquals("BRaugBrlPlqpSKtE8_eW", own.call("PASSWORD example.com 20").bodyText());
    assertEquals(
        "nXtGbN52CUJ6IV25Wx63Fj0kpJAee385",
        own.call("PASSWORD b%C3%BCcher.example 32").assertOk("").bodyText());
    assertEquals("BRaugBrl", own.call("PASSWORD example.com 8").bodyText());
    assertEquals(128, own.call("PASSWORD example.com 128").body().length);
    for (String length : new String[] {"7", "129", "0", "x"}) {
      own.call("PASSWORD example.com " + length).assertFails(ErrorCode.BAD_REQUEST);
    }
    own.call("PASSWORD " + "a".repeat(255) + " 8").assertOk();
    own.call("PASSWORD " + "a".repeat(256) + " 8")
        .assertFails(ErrorCode.BAD_REQUEST, "bad site: at most 255 bytes");
    own.call("PASSWORD %ff 8")
        .assertFails(
            ErrorCode.BAD_REQUEST, "bad site: percent-encoded UTF-8, as in m%C3%BCnchen.de");
  }

  @Test
  void whatSymmetricKeysComeFromIsNoKeyPair() {
    String kept = "this path is kept for passwords and encryption, and has no key pair";
    for (String path : new String[] {"m/74'/1'", "m/74'/2'/0'/1'", "m/74'/3'/0'/0'"}) {
      own.call("PUBKEY " + path + " ed25519").assertFails(ErrorCode.BAD_REQUEST, kept);
      own.call("DERIVE " + path + " nist256p1").assertFails(ErrorCode.BAD_REQUEST, kept);
      own.call("SIGN " + path + " secp256k1", "m").assertFails(ErrorCode.BAD_REQUEST, kept);
    }
    own.call("PUBKEY m/0 ed25519")
        .assertFails(
            ErrorCode.BAD_REQUEST,
            "ed25519 has hardened steps only: write each with ' or h after it");
    own.call("PUBKEY m/0 secp256k1").assertOk();
    own.call("PUBKEY m/0' rsa")
        .assertFails(ErrorCode.BAD_REQUEST, "bad type: ed25519, secp256k1 or nist256p1");
    assertTrue(own.call("PUBKEY 0' ed25519").text().startsWith("bad path: "));
  }

  @Test
  void envelopesOpenAgainAndOnlyUnaltered() {
    for (int size : new int[] {0, 1, 1000, MOST}) {
      byte[] message = new byte[size];
      Arrays.fill(message, (byte) size);
      Answer envelope = own.call("ENCRYPT", message).assertOk("");
      assertTrue(envelope.bodyText().startsWith("{\"key_version\":1,"), "the first by default");
      assertArrayEquals(message, own.call("DECRYPT", envelope.body()).assertOk("").body());
      Answer rotated = own.call("ROTATE 2147483647", envelope.body()).assertOk("");
      assertTrue(rotated.bodyText().startsWith("{\"key_version\":2147483647,"));
      assertArrayEquals(message, own.call("DECRYPT", rotated.body()).body());
      byte[] other =
          rotated
              .bodyText()
              .replace("sion\":2147483647", "sion\":0")
              .getBytes(StandardCharsets.US_ASCII);
      own.call("DECRYPT", other)
          .assertFails(
              ErrorCode.WRONG_KEY, "another mnemonic made this envelope, or it was altered");
      own.call("ROTATE 1", other).assertFails(ErrorCode.WRONG_KEY);
    }
    own.call("ENCRYPT", new byte[MOST + 1])
        .assertFails(ErrorCode.TOO_LARGE, "this body has at most " + MOST + " bytes");
    int longest = Envelope.maxJsonBytes(MOST);
    own.call("DECRYPT", new byte[longest]).assertFails(ErrorCode.BAD_REQUEST);
    own.call("DECRYPT", new byte[longest + 1])
        .assertFails(ErrorCode.TOO_LARGE, "this body has at most " + longest + " bytes");
    own.call("ROTATE 1", new byte[longest + 1]).assertFails(ErrorCode.TOO_LARGE);
    own.call("DECRYPT", "").assertFails(ErrorCode.BAD_REQUEST);
    for (String line :
        new String[] {"ENCRYPT -1", "ENCRYPT 1 2", "ROTATE", "ROTATE 1 2", "DECRYPT 1"}) {
      own.call(line, "{}").assertFails(ErrorCode.BAD_REQUEST);
    }
    own.call("ENCRYPT 2147483648", "x")
        .assertFails(ErrorCode.BAD_REQUEST, "bad version: 0 to 2147483647");
    own.call("ENCRYPT 0", "x").assertOk();
  }

  @Test
  void keysAreForTheAgentsUidAndWhomItNames() throws Exception {
    String[] lines = {
      "PUBKEY m/0' ed25519",
      "SIGN m/0' ed25519",
      "DERIVE m/0' ed25519",
      "PASSWORD example.com 20",
      "ENCRYPT",
      "DECRYPT",
      "ROTATE 2",
    };
    Client colleague = agent.client(KeyEngine.COLLEAGUE);
    String envelope = own.call("ENCRYPT", "text").bodyText();
    for (String line : lines) {
      stranger.call(line, envelope).assertFails(ErrorCode.DENIED);
      assertTrue(stranger.call(line + " x x", envelope).code() == ErrorCode.BAD_REQUEST, line);
      colleague.call(line, envelope).assertOk();
    }
    try (KeyEngine strict = KeyEngine.locked()) {
      strict.own().call("UNLOCK", ABANDON).assertOk();
      strict
          .own()
          .call("DERIVE m/0' ed25519")
          .assertFails(
              ErrorCode.DENIED, "private keys are given out only by an agent with --allow-derive");
      strict.own().call("PUBKEY m/0' ed25519").assertOk();
      strict.own().call("UNLOCK", ABANDON).assertFails(ErrorCode.CONFLICT);
    }
  }

  @Test
  void theAuditTellsThePathWithMarksThatANameMayHave() {
    own.call("PUBKEY m/7'/8h ed25519").assertOk();
    own.call("PASSWORD example.com 20").assertOk();
    own.call("ENCRYPT 5", "x").assertOk();
    own.call("DECRYPT", own.call("ENCRYPT 6", "x").body()).assertOk();
    String[] names =
        own.call("AUDIT 5")
            .bodyText()
            .lines()
            .map(line -> line.replaceAll(".*\"name\":\"([^\"]*)\".*", "$1"))
            .toArray(String[]::new);
    assertEquals(
        "m/7h/8h m/74h/1h/0h/1371329403h m/74h/2h/0h/5h m/74h/2h/0h/6h m/74h/2h/0h/6h",
        String.join(" ", names));
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.TestPlugins;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The verbs on keys, of an agent that is unlocked by a mnemonic which many tools use in tests. */
class KeysIT {
  private static final String MNEMONIC =
      "test test test test test test test test test test test junk";

  /** The first two accounts that every Ethereum tool derives from it. */
  private static final List<String> ETHEREUM_KEYS =
      List.of(
          "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
          "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");

  private static final BigInteger HALF_SECP256K1_ORDER =
      new BigInteger("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", 16)
          .shiftRight(1);
  private static final BigInteger HALF_NIST256P1_ORDER =
      new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16)
          .shiftRight(1);

  private static AgentProcess agent;
  private static RawClient client;

  @BeforeAll
  static void start() {
    agent = AgentProcess.with("--root", "mnemonic", "--allow-derive").start();
    client = agent.connect();
    Mnemonics.unlock(client, MNEMONIC);
  }

  @AfterAll
  static void stop() {
    client.close();
    agent.close();
  }

  @Test
  void derivedKeysAreThoseOfOtherTools() throws Exception {
    for (int i = 0; i < ETHEREUM_KEYS.size(); i++) {
      byte[] key = client.ask("DERIVE m/44'/60'/0'/0/" + i + " secp256k1").body();
      assertEquals(ETHEREUM_KEYS.get(i), HexFormat.of().formatHex(key));
      byte[] same = client.ask("DERIVE m/44h/60h/0h/0/" + i + " secp256k1").body();
      assertArrayEquals(key, same, "either mark");
      ByteBuffer publicKey = ByteBuffer.allocateDirect(33);
      derivation("bc").publicKey(KeyType.SECP256K1, direct(key), publicKey);
      assertEquals(hex(publicKey.flip()), publicKey("m/44'/60'/0'/0/" + i, "secp256k1"));
    }
  }

  @Test
  void signaturesVerifyWithAnotherLibrary() throws Exception {
    KeyDerivation other = derivation("bc");
    Random random = new Random(42);
    for (KeyType type : KeyType.values()) {
      String path = "m/74'/0'/0'/7' " + type.wire();
      ByteBuffer publicKey =
          direct(HexFormat.of().parseHex(client.ask("PUBKEY " + path).field("key")));
      assertEquals(type.publicKeyBytes(), publicKey.remaining());
      for (int size : new int[] {0, 1, 4096, 1 << 20}) {
        byte[] message = new byte[size];
        random.nextBytes(message);
        byte[] signature = client.askWith("SIGN " + path, message).body();
        assertTrue(other.verify(type, publicKey, direct(message), direct(signature)), path);
        if (size > 0) {
          message[size / 2] ^= 1;
          assertTrue(!other.verify(type, publicKey, direct(message), direct(signature)), path);
        }
        if (type == KeyType.ED25519) {
          assertEquals(64, signature.length);
        } else {
          BigInteger half = type == KeyType.SECP256K1 ? HALF_SECP256K1_ORDER : HALF_NIST256P1_ORDER;
          assertTrue(s(signature).compareTo(half) <= 0, "low s");
        }
      }
    }
    assertEquals("too-large", client.askWith("SIGN m/0' ed25519", new byte[(1 << 20) + 1]).code());
    assertEquals("bad-request", client.code("SIGN m/0' ed25519"));
  }

  /** The second number of a signature in DER. */
  private static BigInteger s(byte[] der) {
    int at = 4 + der[3] + 2;
    return new BigInteger(1, java.util.Arrays.copyOfRange(der, at, at + der[at - 1]));
  }

  @Test
  void keysDifferByPathAndType() {
    String first = publicKey("m/0'", "ed25519");
    assertEquals(first, publicKey("m/0'", "ed25519"));
    assertNotEquals(first, publicKey("m/1'", "ed25519"));
    assertNotEquals(publicKey("m/0'", "secp256k1"), publicKey("m/0'", "nist256p1"));
    // More than the cache holds, and back again.
    for (int i = 0; i < 100; i++) {
      publicKey("m/5'/" + i + "'", "ed25519");
    }
    assertEquals(first, publicKey("m/0'", "ed25519"));
  }

  @Test
  void whatIsNoPathTypeOrNumberIsABadRequest() {
    for (String line :
        List.of(
            "PUBKEY",
            "PUBKEY m/0'",
            "PUBKEY m/0' ed25519 more",
            "PUBKEY m/0' ED25519",
            "PUBKEY m/0' rsa",
            "PUBKEY m/0 ed25519",
            "PUBKEY m/44'/60'/0'/0/0 ed25519",
            "PUBKEY 0' ed25519",
            "PUBKEY m/ ed25519",
            "PUBKEY m//0' ed25519",
            "PUBKEY m/0'' ed25519",
            "PUBKEY m/0'h ed25519",
            "PUBKEY m/00' ed25519",
            "PUBKEY m/2147483648' ed25519",
            "PUBKEY m/-1' ed25519",
            "PUBKEY m/0'/ ed25519",
            "DERIVE m/0 ed25519",
            "PASSWORD",
            "PASSWORD example.com",
            "PASSWORD example.com 7",
            "PASSWORD example.com 129",
            "PASSWORD example.com x",
            "PASSWORD ex%ample.com 20",
            "PASSWORD %ff 20",
            "PASSWORD " + "a".repeat(256) + " 20")) {
      assertEquals("bad-request", client.code(line), line);
    }
    for (String line :
        List.of(
            "ENCRYPT x",
            "ENCRYPT 2147483648",
            "ENCRYPT 1 2",
            "DECRYPT 1",
            "ROTATE",
            "ROTATE x",
            "SIGN m/0 ed25519")) {
      assertEquals("bad-request", client.codeOf(line, "body"), line);
    }
  }

  @Test
  void whatSymmetricKeysComeFromIsNoKeyPair() {
    for (String path :
        List.of(
            "m/74'/1'",
            "m/74'/1'/0'/5'",
            "m/74'/2'/0'/1'",
            "m/74'/3'/0'/0'",
            "m/74'/2'/0'/1'/0'")) {
      assertEquals("bad-request", client.code("PUBKEY " + path + " ed25519"), path);
      assertEquals("bad-request", client.codeOf("SIGN " + path + " nist256p1", "m"), path);
      assertEquals("bad-request", client.code("DERIVE " + path + " ed25519"), path);
    }
    assertEquals("ok", client.code("PUBKEY m/74'/0'/0'/0' ed25519"));
    assertEquals("ok", client.code("PUBKEY m/74'/4' ed25519"));
  }

  @Test
  void privateKeysAreGivenOutOnlyWhereThatIsAllowed() {
    try (AgentProcess strict = AgentProcess.with("--root", "mnemonic").start();
        RawClient other = strict.connect()) {
      Mnemonics.unlock(other, MNEMONIC);
      assertEquals("denied", other.code("DERIVE m/44'/60'/0'/0/0 secp256k1"));
      assertEquals("ok", other.code("PUBKEY m/44'/60'/0'/0/0 secp256k1"));
    }
  }

  @Test
  void passwordsAreAlwaysTheSame() {
    String password = client.ask("PASSWORD example.com 20").text();
    assertTrue(password.matches("[A-Za-z0-9_-]{20}"), "characters");
    assertEquals(password, client.ask("PASSWORD example.com 20").text());
    assertTrue(client.ask("PASSWORD example.com 128").text().startsWith(password));
    assertNotEquals(password, client.ask("PASSWORD example.org 20").text());
    assertEquals(
        client.ask("PASSWORD m%C3%BCnchen.de 20").text(),
        client.ask("PASSWORD mu%CC%88nchen.de 20").text(),
        "one site in two forms of Unicode");
    assertEquals(8, client.ask("PASSWORD a 8").text().length());
  }

  @Test
  void envelopesOpenAgainAndOnlyAsTheyWereMade() {
    Random random = new Random(7);
    for (int size : new int[] {0, 1, 2, 3, 1000, 1 << 20}) {
      byte[] plaintext = new byte[size];
      random.nextBytes(plaintext);
      byte[] envelope = client.askWith("ENCRYPT", plaintext).body();
      assertTrue(text(envelope).startsWith("{\"key_version\":1,\"salt\":\""), text(envelope));
      assertArrayEquals(plaintext, client.askWith("DECRYPT", envelope).body());
      byte[] rotated = client.askWith("ROTATE 9", envelope).body();
      assertTrue(text(rotated).startsWith("{\"key_version\":9,"));
      assertArrayEquals(plaintext, client.askWith("DECRYPT", rotated).body());
      String other = text(rotated).replace("\"key_version\":9", "\"key_version\":8");
      assertEquals("wrong-key", client.codeOf("DECRYPT", other));
    }
    assertNotEquals(
        client.askWith("ENCRYPT 1", "same").text(), client.askWith("ENCRYPT 1", "same").text());
    String envelope = client.askWith("ENCRYPT 3", "text").text();
    assertEquals("text", client.askWith("DECRYPT", envelope + "\n").text());
    for (String broken :
        List.of(
            "", "{}", "null", envelope + "x", envelope.substring(1), "\u0000", "[" + envelope)) {
      assertEquals("bad-request", client.codeOf("DECRYPT", broken), broken);
      assertEquals("bad-request", client.codeOf("ROTATE 2", broken), broken);
    }
    assertEquals("too-large", client.askWith("ENCRYPT", new byte[(1 << 20) + 1]).code());
    assertEquals("too-large", client.askWith("DECRYPT", new byte[3 << 20]).code());
  }

  @Test
  void anotherMnemonicsEnvelopesStayShut() {
    String envelope = client.askWith("ENCRYPT", "text").text();
    try (AgentProcess second = AgentProcess.with("--root", "mnemonic").start();
        RawClient other = second.connect()) {
      Mnemonics.unlock(other, Mnemonics.ZOO);
      assertEquals("wrong-key", other.codeOf("DECRYPT", envelope));
      assertEquals("ok", other.code("LOCK"));
      Mnemonics.unlock(other, MNEMONIC.toUpperCase(java.util.Locale.ROOT).replace(" ", " \t "));
      assertEquals("text", other.askWith("DECRYPT", envelope).text(), "the agent is another one");
    }
  }

  private static String publicKey(String path, String type) {
    return client.ask("PUBKEY " + path + " " + type).field("key");
  }

  private static KeyDerivation derivation(String name) throws Exception {
    return TestPlugins.named(KeyDerivationProvider.class, name).create();
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands on keys against a real agent. Expected keys and passwords come from a program that
 * shares no code with this one; ssh-keygen and openssl judge what is for them.
 */
class KeyCommandsIT {
  private static KeyAgent agent;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    agent = KeyAgent.unlocked();
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @ParameterizedTest
  @CsvSource({
    "identity, ed25519, e78c2766a792f09bfccb51493968ac322283e8d021a30063784d806929762ecc",
    "device:0, ed25519, e78c2766a792f09bfccb51493968ac322283e8d021a30063784d806929762ecc",
    "ssh-host, ed25519, 6a9dd5c41915fba6cc22b8760263aba45b068cae7bead1d069c7b8eeb0118134",
    "ssh-host, nist256p1, 02127ff808c6c08bb448e86555ef559534ff65318880a47aa1697ec4903d5c3719",
    "ethereum, secp256k1, 0237b0bb7a8288d38ed49a524b5dc98cff3eb5ca824c9f9dc0dfdb3d9cd600f299",
  })
  void publicKeysAreThoseOfTheMnemonic(String name, String type, String hex) {
    assertEquals(hex + "\n", agent.text("pubkey", name, "--type", type));
    assertEquals(hex + "\n", agent.text("pubkey", "--hex", name, "--type=" + type));
    String json = agent.text("pubkey", name, "--type", type, "--json");
    assertEquals(List.of("path", "type", "public_key_hex"), Json.keys(json));
    assertEquals(type, Json.value(json, "type"));
    assertEquals(hex, Json.value(json, "public_key_hex"));
    String path = Json.value(json, "path");
    assertEquals(hex + "\n", agent.text("pubkey", path, "--type", type));
    assertEquals(hex + "\n", agent.text("pubkey", path.replace('\'', 'h'), "--type", type));
  }

  @Test
  void theDefaultTypeIsTheNames() {
    assertEquals(66 + 1, agent.text("pubkey", "ethereum").length());
    assertEquals(64 + 1, agent.text("pubkey", "device:12").length());
  }

  @ParameterizedTest
  @CsvSource({"ed25519, 256 , (ED25519)", "nist256p1, 256 , (ECDSA)"})
  void sshKeygenAcceptsTheLine(String type, String bits, String kind) {
    Needs.program("ssh-keygen");
    String line = agent.text("pubkey", "ssh-host", "--ssh", "--type", type);
    assertTrue(line.endsWith(" secmem:m/74'/0'/1'/0'\n"), line);
    Programs.Result listed = Programs.run(Map.of(), line, "ssh-keygen", "-l", "-f", "-");
    assertEquals(0, listed.code(), listed.err());
    assertTrue(listed.text().startsWith(bits + " SHA256:"), listed.text());
    assertTrue(listed.text().endsWith(" secmem:m/74'/0'/1'/0' " + kind + "\n"), listed.text());
  }

  @Test
  void sshHasNoSecp256k1() {
    String message = agent.expect(2, agent.ctl("", "pubkey", "ethereum", "--ssh"));
    assertTrue(message.contains("OpenSSH knows no keys of type secp256k1"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "secp256k1", "nist256p1"})
  void opensslVerifiesSignatures(String type) throws Exception {
    Needs.program("openssl");
    Path message = Files.write(folder.resolve("message"), new byte[] {0, 1, '\n', (byte) 0xff});
    Path other = Files.write(folder.resolve("other"), new byte[] {0, 1, '\n', (byte) 0xfe});
    Path key = Files.writeString(folder.resolve("key.pem"), pem(type));
    Path signature = folder.resolve("signature");
    String[] sign = {"sign", "m/1h/2h", "--type", type, "-i", message + "", "-o", signature + ""};
    assertEquals("", agent.text(sign));
    assertEquals(0, verify(type, key, signature, message).code());
    assertNotEquals(0, verify(type, key, signature, other).code(), "another message");
  }

  private static String pem(String type) {
    String pem = agent.text("pubkey", "m/1h/2h", "--type", type, "--pem");
    Programs.Result read =
        Programs.run(Map.of(), pem, "openssl", "pkey", "-pubin", "-noout", "-text");
    assertEquals(0, read.code(), read.err());
    // What openssl read is the key that --hex prints.
    String digits = read.text().toLowerCase().replaceAll("[^0-9a-f]", "");
    assertTrue(digits.contains(agent.text("pubkey", "m/1h/2h", "--type", type).strip()), digits);
    return pem;
  }

  private static Programs.Result verify(String type, Path key, Path signature, Path message) {
    return type.equals("ed25519")
        ? Programs.run(
            ("openssl pkeyutl -verify -rawin -pubin -inkey " + key + " -sigfile " + signature)
                .concat(" -in " + message)
                .split(" "))
        : Programs.run(
            ("openssl dgst -sha256 -verify " + key + " -signature " + signature + " " + message)
                .split(" "));
  }

  @Test
  void aSignatureHasEveryForm() {
    Programs.Result raw = agent.ctl("hello", "sign", "identity");
    assertEquals(64, raw.out().length);
    String hex = KeyAgent.text(agent.ctl("hello", "sign", "identity", "--hex"));
    assertArrayEquals(raw.out(), HexFormat.of().parseHex(hex.strip()), "ed25519 has one signature");
    String base64 = KeyAgent.text(agent.ctl("hello", "sign", "identity", "--base64"));
    assertArrayEquals(raw.out(), Base64.getDecoder().decode(base64.strip()));
    String json = KeyAgent.text(agent.ctl("hello", "sign", "identity", "--json"));
    assertEquals(List.of("path", "type", "signature_base64"), Json.keys(json));
    assertEquals("m/74'/0'/0'/0'", Json.value(json, "path"));
    assertEquals(base64.strip(), Json.value(json, "signature_base64"));
    assertNotEquals(hex, KeyAgent.text(agent.ctl("hello\n", "sign", "identity", "--hex")));
    assertEquals(64, agent.ctl("", "sign", "identity").out().length, "of nothing, too");
  }

  @Test
  void passwordsStayTheSame() {
    assertEquals("BRaugBrlPlqpSKtE8_eW", agent.text("password", "example.com"));
    assertEquals("BRaugBrl", agent.text("password", "example.com", "--length", "8"));
    String composed = agent.text("password", "b\u00fccher.example", "--length", "32");
    assertEquals("nXtGbN52CUJ6IV25Wx63Fj0kpJAee385", composed);
    assertEquals(composed, agent.text("password", "bu\u0308cher.example", "--length", "32"));
    assertEquals(
        "{\"site\":\"a \\\"b\\\"\",\"length\":128,\"password\":\""
            + agent.text("password", "a \"b\"", "--length", "128")
            + "\"}\n",
        agent.text("password", "a \"b\"", "--length", "128", "--json"));
    Path file = folder.resolve("password");
    assertEquals("", agent.text("password", "example.com", "--output", file.toString()));
    assertOnlyMine(file, "BRaugBrlPlqpSKtE8_eW");
  }

  private static void assertOnlyMine(Path file, String content) {
    try {
      assertEquals(content, Files.readString(file));
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasEncryptedIsDecrypted() throws Exception {
    byte[] plain = new byte[100_000];
    new java.util.Random(4).nextBytes(plain);
    Path in = Files.write(folder.resolve("in"), plain);
    Path envelope = folder.resolve("envelope");
    Path out = folder.resolve("out");
    assertEquals("", agent.text("encrypt", "-i", in + "", "-o", envelope + ""));
    String json = Files.readString(envelope);
    assertEquals(List.of("key_version", "salt", "iv", "data"), Json.keys(json));
    assertEquals("1", Json.value(json, "key_version"));
    assertTrue(json.endsWith("}\n"), "one line");
    assertEquals("", agent.text("decrypt", "--input", envelope + "", "--output", out + ""));
    assertArrayEquals(plain, Files.readAllBytes(out));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));

    String piped = KeyAgent.text(agent.ctl("", "encrypt", "--key-version", "7"));
    assertEquals("7", Json.value(piped, "key_version"));
    assertEquals("", KeyAgent.text(agent.ctl(piped, "decrypt")));
    assertEquals(
        "a\n", KeyAgent.text(agent.ctl(KeyAgent.text(agent.ctl("a\n", "encrypt")), "decrypt")));
  }

  @Test
  void anEnvelopeIsRotated() {
    String first = KeyAgent.text(agent.ctl("content", "encrypt"));
    String second = KeyAgent.text(agent.ctl(first, "rotate", "--key-version", "2"));
    assertEquals("2", Json.value(second, "key_version"));
    assertEquals("content", KeyAgent.text(agent.ctl(second, "decrypt")));
    agent.expect(2, agent.ctl(first, "rotate"));
  }

  @Test
  void anAlteredEnvelopeIsNotDecrypted() {
    String json = KeyAgent.text(agent.ctl("content", "encrypt"));
    String altered = json.replace("\"key_version\":1", "\"key_version\":2");
    String message = agent.expect(5, agent.ctl(altered, "decrypt"));
    assertTrue(message.contains("it was altered"), message);
    agent.expect(1, agent.ctl("no envelope", "decrypt"));
    agent.expect(1, agent.ctl("", "decrypt"));
  }

  @Test
  void privateKeysStayInTheAgentUnlessItIsToldOtherwise() {
    String message = agent.expect(5, agent.ctl("", "derive", "identity", "--type", "ed25519"));
    assertTrue(message.contains("--allow-derive") && !message.contains("--keys-uid"), message);
    agent.expect(2, agent.ctl("", "derive", "identity"));
    try (KeyAgent open = KeyAgent.unlocked("--allow-derive")) {
      String hex = "603aa5c626317fda4afd87b902e5c9de76c33f40834005245e1c5a675e92d700";
      String[] derive = {"derive", "identity", "--type", "ed25519"};
      assertEquals(hex, HexFormat.of().formatHex(open.ctl("", derive).out()));
      assertEquals(hex + "\n", open.text("derive", "identity", "--type", "ed25519", "--hex"));
      Path file = folder.resolve("private");
      assertEquals(
          "", open.text("derive", "identity", "--type=ed25519", "--base64", "-o", file + ""));
      assertOnlyMine(file, Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)) + "\n");
    }
  }

  @Test
  void whatIsNoKeyIsRefused() {
    agent.expect(2, agent.ctl("", "pubkey", "me"));
    agent.expect(2, agent.ctl("", "pubkey", "m/1''"));
    agent.expect(2, agent.ctl("", "pubkey", "identity", "--type", "rsa"));
    agent.expect(2, agent.ctl("", "pubkey", "identity", "--ssh", "--pem"));
    agent.expect(2, agent.ctl("", "sign", "identity", "--hex", "--base64"));
    agent.expect(2, agent.ctl("", "password", "example.com", "--length", "129"));
    agent.expect(2, agent.ctl("", "password", "\u00fc".repeat(128)));
    String message = agent.expect(1, agent.ctl("", "pubkey", "m/1/2"));
    assertTrue(message.contains("hardened steps only"), message);
    agent.expect(1, agent.ctl("", "pubkey", "m/74h/2h/0h/1h"));
    agent.expect(1, agent.ctl("", "sign", "identity", "-i", folder + "/none"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init",
        "unlock",
        "lock",
        "pubkey",
        "sign",
        "password",
        "encrypt",
        "decrypt",
        "rotate",
        "derive"
      })
  void everyCommandHasHelpAndRefusesUnknownOptions(String command) {
    assertTrue(agent.text("--help").contains("\n  " + command + " "), "it is listed");
    assertTrue(agent.text(command, "--help").startsWith("Usage: secmemctl " + command));
    agent.expect(2, agent.ctl("", command, "--no-such-option"));
  }
}

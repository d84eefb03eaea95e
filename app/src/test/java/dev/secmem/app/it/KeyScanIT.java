package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.app.keys.KeyTree;
import dev.secmem.app.keys.Mnemonic;
import dev.secmem.app.keys.SitePassword;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/**
 * What root finds of keys in the memory of an agent that is rooted in a mnemonic. The test derives
 * the same keys itself, and a cipher of its own tells it the random ones.
 */
class KeyScanIT {
  private static final String PASSPHRASE = "a pässphrase of söme length";
  private static final KeyPath SIGNING = KeyPath.parse("m/44'/7'/1'");
  private static final int ROUNDS = 20;

  @Test
  void keysAreNowhereButInTheArenaAndAfterLockNowhere() throws Exception {
    Needs.root();
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent =
            AgentProcess.with("--root", "mnemonic", "--cipher", "revealing", "--allow-derive")
                .home(distribution.home())
                .start()) {
      String name = "control-of-the-scan";
      try (RawClient client = agent.connect()) {
        Mnemonics.unlock(client, Mnemonics.LETTER + "\n" + PASSPHRASE);
        use(client, name);
        MemoryScan scan = scan(agent);
        assumeTrue(
            client.ask("STATUS").text().contains("\"key_arena\":\"memfd_secret\""),
            "root reads an arena that is not memfd_secret");
        assertEquals(Map.of(), scan.of(agent.pid()), "while it is unlocked");
        // Locked and unlocked again: what was restored and wiped must not be left either.
        assertEquals("ok", client.code("LOCK"));
        assertEquals("bad-request", client.codeOf("UNLOCK", Mnemonics.LETTER + " zoo"));
        assertEquals("wrong-key", client.codeOf("UNLOCK", Mnemonics.LETTER + "\nanother one"));
        Await.sleep(1100);
        Mnemonics.unlock(client, Mnemonics.LETTER + "\n" + PASSPHRASE);
        use(client, name);
        assertEquals("ok", client.code("LOCK"));
      }
      MemoryScan scan = scan(agent).text("the control", name);
      Map<String, Integer> found = scan.of(agent.pid());
      assertTrue(found.getOrDefault("the control", 0) > 0, "control: a name is found");
      found.remove("the control");
      assertEquals(Map.of(), found, "after LOCK");
    }
  }

  /**
   * Argon2id is Bouncy Castle's: what it leaves is counted, and opens only the wrapped root key.
   */
  @Test
  void aLockedRandomRootLeavesNoDataKey() throws Exception {
    Needs.root();
    String passphrase = "a passphrase for argon2id";
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent =
            AgentProcess.with("--cipher", "revealing").home(distribution.home()).start()) {
      try (RawClient client = agent.connect()) {
        client.put("a 600000", "a value");
        client.ask("GET a").close();
        assertEquals("ok", client.codeOf("LOCK", passphrase));
      }
      List<byte[]> keys = RevealingDistribution.keys(agent);
      assertEquals(
          3, keys.size(), "what wraps the data key, the data key, what seals the root key");
      MemoryScan scan = new MemoryScan();
      scan.aesKey("what wraps the data key", keys.get(0)).aesKey("the data key", keys.get(1));
      assertEquals(Map.of(), scan.of(agent.pid()), "after LOCK");
      MemoryScan left = new MemoryScan();
      left.secret("Argon2id's key", keys.get(2));
      left.secret("the passphrase", passphrase.getBytes(StandardCharsets.UTF_8));
      System.out.println("KeyScanIT: left by Argon2id: " + left.of(agent.pid()));
    }
  }

  /** The control: with Bouncy Castle the same scan finds keys on the heap. */
  @Test
  void withBouncyCastleTheScanFindsKeys() throws Exception {
    Needs.root();
    try (AgentProcess agent =
            AgentProcess.with("--root", "mnemonic", "--kdf", "bc", "--allow-derive").start();
        RawClient client = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LETTER + "\n" + PASSPHRASE);
      use(client, "control");
      Map<String, Integer> found = scan(agent).of(agent.pid());
      System.out.println("KeyScanIT: left by --kdf bc: " + found);
      assertTrue(!found.isEmpty(), "the scan cannot find what is there");
    }
  }

  private static void use(RawClient client, String name) {
    for (int i = 0; i < ROUNDS; i++) {
      client.put(name + " 600000", "a value");
      client.ask("GET " + name).close();
      for (KeyType type : KeyType.values()) {
        assertEquals("ok", client.code("PUBKEY " + SIGNING + " " + type.wire()));
        assertEquals("ok", client.codeOf("SIGN " + SIGNING + " " + type.wire(), "message " + i));
        client.ask("DERIVE " + SIGNING + " " + type.wire()).close();
      }
      assertEquals("ok", client.code("PASSWORD example.com 64"));
      String envelope = client.askWith("ENCRYPT", "plaintext").text();
      assertEquals("ok", client.codeOf("DECRYPT", envelope));
      assertEquals("ok", client.codeOf("ROTATE 2", envelope));
    }
  }

  private static MemoryScan scan(AgentProcess agent) throws Exception {
    MemoryScan scan = new MemoryScan();
    scan.secret("the sentence", Mnemonics.LETTER.getBytes(StandardCharsets.UTF_8));
    scan.text("three words", "cage absurd amount");
    scan.secret("the passphrase", PASSPHRASE.getBytes(StandardCharsets.UTF_8));
    addDerived(scan);
    List<byte[]> keys = RevealingDistribution.keys(agent);
    for (int i = 0; i < keys.size(); i++) {
      scan.aesKey("key " + i + " of a cipher", keys.get(i));
    }
    return scan;
  }

  private static void addDerived(MemoryScan scan) throws Exception {
    KeyDerivation derivation =
        ServiceLoader.load(KeyDerivationProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.name().equals("openssl"))
            .findFirst()
            .orElseThrow()
            .create();
    try (KeyArena arena = KeyArena.open(4096)) {
      ByteBuffer seed = ByteBuffer.allocateDirect(64);
      new Mnemonic(derivation, arena)
          .toSeedOfWords(direct(Mnemonics.LETTER), direct(PASSPHRASE), seed);
      scan.secret("the seed", bytes(seed.flip()));
      KeyTree tree = new KeyTree(derivation, arena);
      SymmetricKeys symmetric = new SymmetricKeys(derivation);
      ByteBuffer root = node(tree, seed, KeyPath.ROOT, KeyType.ED25519);
      scan.secret("the root key's node", bytes(root));
      ByteBuffer rootKey = ByteBuffer.allocateDirect(32);
      symmetric.derive(SymmetricKeys.Use.ROOT, root, rootKey);
      scan.secret("the root key", bytes(rootKey.flip()));
      for (KeyType type : KeyType.values()) {
        scan.secret("the key of " + type.wire(), bytes(node(tree, seed, SIGNING, type)));
      }
      for (int version = 1; version <= 2; version++) {
        ByteBuffer node = node(tree, seed, KeyPath.encryption(version), KeyType.ED25519);
        scan.secret("the node of version " + version, bytes(node));
      }
      KeyPath site = KeyPath.sitePassword(SitePassword.index("example.com"));
      ByteBuffer siteNode = node(tree, seed, site, KeyType.ED25519);
      scan.secret("the site's node", bytes(siteNode));
      ByteBuffer password = ByteBuffer.allocateDirect(64);
      new SitePassword(symmetric).write(siteNode, 64, password);
      scan.secret("the site's password", bytes(password.flip()));
    }
  }

  private static ByteBuffer node(KeyTree tree, ByteBuffer seed, KeyPath path, KeyType type)
      throws Exception {
    ByteBuffer key = ByteBuffer.allocateDirect(32);
    tree.derive(seed, path, type, key);
    return key.flip();
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] bytes(ByteBuffer direct) {
    byte[] bytes = new byte[direct.remaining()];
    direct.duplicate().get(bytes);
    return bytes;
  }
}

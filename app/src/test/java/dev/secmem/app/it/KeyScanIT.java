package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationProvider;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.app.TestPlugins;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.app.keys.KeyTree;
import dev.secmem.app.keys.Mnemonic;
import dev.secmem.app.keys.SitePassword;
import dev.secmem.app.keys.SymmetricKeys;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What root finds of keys in the memory of an agent that is rooted in a mnemonic. The test derives
 * the same keys itself, and a cipher of its own tells it the random ones.
 */
@Tag("proof")
class KeyScanIT {
  private static final String PASSPHRASE = "a pässphrase of söme length";
  private static final KeyPath SIGNING = KeyPath.parse("m/44'/7'/1'");
  private static final int ROUNDS = 20;
  private static final int FAILURES = 1_000;
  private static final int CORES = 3;

  /** What is encrypted, decrypted and signed. */
  private final MarkedSecrets secrets = new MarkedSecrets(new Random().nextLong());

  @Test
  void keysAreNowhereButInTheArenaAndAfterLockNowhere() throws Exception {
    Needs.root();
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent = mnemonicAgent(distribution)) {
      String name = "control-of-the-scan";
      try (RawClient client = agent.connect()) {
        Mnemonics.unlock(client, Mnemonics.LETTER + "\n" + PASSPHRASE);
        use(client, name);
        fail(client);
        MemoryScan scan = scan(agent);
        assertTrue(isRevealed(agent), "the root key that the test computes is what it is told");
        assumeTrue(
            client.ask("STATUS").text().contains("\"key_arena\":\"memfd_secret\""),
            "root reads an arena that is not memfd_secret");
        assertEquals(Map.of(), scan.of(agent.pid()), "while it is unlocked");
        // Locked and unlocked again: what was restored and wiped must not be left either.
        assertEquals("ok", client.code("LOCK"));
        for (int i = 0; i < FAILURES; i++) {
          assertEquals("bad-request", client.codeOf("UNLOCK", Mnemonics.LETTER + " zoo"));
          assertEquals("locked", client.codeOf("DECRYPT", "{}"));
        }
        assertEquals("wrong-key", client.codeOf("UNLOCK", Mnemonics.LETTER + "\nanother one"));
        for (int i = 0; i < FAILURES; i++) { // in the pause after it
          assertEquals("wrong-key", client.codeOf("UNLOCK", Mnemonics.LETTER + "\nanother one"));
        }
        String right = Mnemonics.LETTER + "\n" + PASSPHRASE;
        Await.until("the pause is over", () -> client.codeOf("UNLOCK", right).equals("ok"));
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

  private static AgentProcess mnemonicAgent(RevealingDistribution distribution) {
    return AgentProcess.with("--root", "mnemonic", "--cipher", "revealing", "--allow-derive")
        .arguments("--kdf", "revealing")
        .home(distribution.home())
        .start();
  }

  /** Nor in what root's debugger writes of it while keys are derived and used. */
  @Test
  void aCoreTakenWhileKeysAreUsedHasNone() throws Exception {
    Needs.root();
    Needs.program("gcore");
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent = mnemonicAgent(distribution)) {
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong rounds = new AtomicLong();
      CompletableFuture<Void> load = CompletableFuture.runAsync(() -> load(agent, stop, rounds));
      try {
        for (int i = 0; i < CORES; i++) {
          long before = rounds.get();
          // The first round is of code that was never run.
          Await.until("keys are used", () -> rounds.get() > before + 1 || load.isDone());
          int known = RevealingDistribution.keys(agent).size();
          try (Core core = new Core(agent.pid(), agent.folder())) {
            List<MemoryScan.Hit> found = core.inMemory(scan(newest(agent, known)));
            assertTrue(found.isEmpty(), () -> MemoryScan.describe(agent.pid(), found));
            core.expectNoMemory(); // stacks and the C library's heap do have keys in that moment
          }
        }
      } finally {
        stop.set(true);
        load.get();
      }
    }
  }

  /** Each message has a key of its own: those that there were around that moment. */
  private static List<byte[]> newest(AgentProcess agent, int known) throws Exception {
    List<byte[]> keys = RevealingDistribution.keys(agent);
    return keys.subList(Math.max(0, known - 100), Math.min(keys.size(), known + 100));
  }

  private void load(AgentProcess agent, AtomicBoolean stop, AtomicLong rounds) {
    try (RawClient client = agent.connect()) {
      while (!stop.get()) {
        Mnemonics.unlock(client, Mnemonics.LETTER + "\n" + PASSPHRASE);
        use(client, "under-load");
        assertEquals("ok", client.code("LOCK"));
        rounds.incrementAndGet();
      }
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
      for (String key :
          List.of("the key of nist256p1", "the site's node", "the node of version 1")) {
        assertTrue(found.containsKey(key + " from byte 0"), key + ": not found where it is");
      }
    }
  }

  private void use(RawClient client, String name) {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] plaintext = secrets.value(i, 100 * i + 32);
      client.put(name + " 600000", "a value");
      client.ask("GET " + name).close();
      for (KeyType type : KeyType.values()) {
        assertEquals("ok", client.code("PUBKEY " + SIGNING + " " + type.wire()));
        assertEquals("ok", client.codeOf("SIGN " + SIGNING + " " + type.wire(), "message " + i));
        ScanLoad.expect("ok", client.askWith("SIGN " + SIGNING + " " + type.wire(), plaintext));
        client.ask("DERIVE " + SIGNING + " " + type.wire()).close();
      }
      assertEquals("ok", client.code("PASSWORD example.com 64"));
      String envelope = client.askWith("ENCRYPT", plaintext).text();
      assertArrayEquals(plaintext, client.askWith("DECRYPT", envelope).body());
      assertEquals("ok", client.codeOf("ROTATE 2", envelope));
    }
  }

  /** Requests that need keys, and fail. */
  private void fail(RawClient client) {
    String envelope = client.askWith("ENCRYPT", secrets.value(ROUNDS, 500)).text();
    String altered = envelope.replaceAll("(\"data\":\")....", "$1AAAA");
    for (int i = 0; i < FAILURES; i++) {
      assertEquals("wrong-key", client.codeOf("DECRYPT", altered));
      assertEquals("wrong-key", client.codeOf("ROTATE 2", altered));
      assertEquals("bad-request", client.codeOf("DECRYPT", envelope + "x"));
      assertEquals("bad-request", client.codeOf("SIGN m/74'/3'/0'/0' ed25519", "message"));
      assertEquals("bad-request", client.code("DERIVE m/74'/2'/0'/1' ed25519"));
      assertEquals("bad-request", client.code("PASSWORD example.com 7"));
      assertEquals("conflict", client.codeOf("UNLOCK", Mnemonics.LETTER + "\n" + PASSPHRASE));
    }
  }

  /** Whether the plugins of the test tree told the root key: then they tell those of FullScanIT. */
  private static boolean isRevealed(AgentProcess agent) throws Exception {
    byte[] rootKey = rootKey();
    return RevealingDistribution.keys(agent).stream().anyMatch(key -> Arrays.equals(key, rootKey));
  }

  private MemoryScan scan(AgentProcess agent) throws Exception {
    return scan(RevealingDistribution.keys(agent));
  }

  private MemoryScan scan(List<byte[]> keys) throws Exception {
    MemoryScan scan = new MemoryScan().blocks(secrets);
    scan.secret("the sentence", Mnemonics.LETTER.getBytes(StandardCharsets.UTF_8));
    scan.text("three words", "cage absurd amount");
    scan.secret("the passphrase", PASSPHRASE.getBytes(StandardCharsets.UTF_8));
    addDerived(scan);
    for (int i = 0; i < keys.size(); i++) {
      scan.aesKey("key " + i + " of a cipher", keys.get(i));
    }
    return scan;
  }

  private static KeyDerivation derivation() throws Exception {
    return TestPlugins.named(KeyDerivationProvider.class, "openssl").create();
  }

  private static ByteBuffer seed(KeyDerivation derivation, KeyArena arena) throws Exception {
    ByteBuffer seed = ByteBuffer.allocateDirect(64);
    new Mnemonic(derivation, arena)
        .toSeedOfWords(direct(Mnemonics.LETTER), direct(PASSPHRASE), seed);
    return seed.flip();
  }

  private static byte[] rootKey() throws Exception {
    KeyDerivation derivation = derivation();
    try (KeyArena arena = KeyArena.open(4096)) {
      ByteBuffer seed = seed(derivation, arena);
      ByteBuffer node = node(new KeyTree(derivation, arena), seed, KeyPath.ROOT, KeyType.ED25519);
      ByteBuffer key = ByteBuffer.allocateDirect(32);
      new SymmetricKeys(derivation).derive(SymmetricKeys.Use.ROOT, node, key);
      return bytes(key.flip());
    }
  }

  private static void addDerived(MemoryScan scan) throws Exception {
    KeyDerivation derivation = derivation();
    try (KeyArena arena = KeyArena.open(4096)) {
      ByteBuffer seed = seed(derivation, arena);
      scan.secret("the seed", bytes(seed));
      KeyTree tree = new KeyTree(derivation, arena);
      SymmetricKeys symmetric = new SymmetricKeys(derivation);
      ByteBuffer root = node(tree, seed, KeyPath.ROOT, KeyType.ED25519);
      scan.secret("the root key's node", bytes(root));
      scan.secret("the root key", rootKey());
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

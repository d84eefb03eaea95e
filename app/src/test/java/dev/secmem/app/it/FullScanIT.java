package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What root finds of secrets and keys in an agent's memory after 10 000 secrets of 32 bytes to 64
 * KiB were put and got over eight connections, after every kind of failure, and after LOCK. The
 * agent's root, data and wrapping keys are told to the test by plugins of the test tree.
 *
 * <p>{@code -Dscan.full} does with every cipher and JVM what the default does with {@code openssl}
 * on the JVM that runs the tests.
 */
class FullScanIT {
  private static final boolean FULL = Boolean.getBoolean("scan.full");
  private static final int SECRETS = 10_000;
  private static final String CONTROL = "the control";
  private static final int MOST_HALVES = 16;
  private static final int FEWER = FULL ? SECRETS : 1_000;

  private final MarkedSecrets secrets = new MarkedSecrets(new Random().nextLong());
  private final String control = "control-" + new Random().nextLong(1L << 40, 1L << 60);

  @Test
  void opensslLeavesNothing() throws Exception {
    opensslLeavesNothing(OtherJvm.own(), SECRETS, 1_000);
  }

  @Test
  void opensslLeavesNothingOnANewerJvm() throws Exception {
    opensslLeavesNothing(OtherJvm.newest(), FEWER, FULL ? 1_000 : 100);
  }

  private void opensslLeavesNothing(String javaHome, int count, int rounds) throws Exception {
    Needs.root();
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent = start(distribution, javaHome, "openssl", count + 300)) {
      new ScanLoad(agent, secrets).putAndGet(count);
      putControl(agent);
      expectNothing(agent, "after " + count + " secrets");
      Map<String, Integer> failures = new ScanFailures(agent, secrets, rounds).run();
      System.out.println("FullScanIT: failures: " + failures);
      expectNothing(agent, "after failures");
      expire(agent);
      expectNothing(agent, "after expiry");
      kill(agent);
      expectNothing(agent, "after a client was killed");
      MemoryScan keys = scan(agent);
      try (RawClient client = agent.connect()) {
        assertEquals("ok", client.codeOf("LOCK", "a passphrase of the test"));
        for (int i = 0; i < rounds; i++) {
          ScanLoad.expect("locked", client.askWith("PUT n 3600000", secrets.value(i, 1000)));
        }
        wrongKeys(client, rounds);
      }
      expectNothing(agent, keys, "after LOCK");
    }
  }

  /** Of a random root these go to Argon2id, which is Bouncy Castle's: KeyScanIT counts its rest. */
  private void wrongKeys(RawClient client, int rounds) {
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < rounds; i++) {
      try (Reply reply = client.askWith("UNLOCK", "a wrong passphrase " + i)) {
        answers.merge(reply.code(), 1, Integer::sum);
      }
    }
    System.out.println("FullScanIT: wrong keys: " + answers);
    assertTrue(
        answers.getOrDefault("wrong-key", 0) > 0 && !answers.containsKey("ok"), "" + answers);
  }

  @Test
  void theScanFindsWhatIsThere() throws Exception {
    Needs.root();
    ByteBuffer kept = ByteBuffer.allocateDirect(4 * MarkedSecrets.BLOCK_BYTES + 3);
    kept.position(3); // at an odd address
    kept.put(secrets.value(2, 32)).put(secrets.value(3, 32));
    Map<String, Integer> found = new MemoryScan().blocks(secrets).of(ProcessHandle.current().pid());
    assertTrue(found.getOrDefault("a marked block", 0) >= 2, found.toString());
    assertTrue(found.getOrDefault("a random block", 0) >= 2, found.toString());
    kept.clear();
  }

  private static AgentProcess start(
      RevealingDistribution distribution, String javaHome, String cipher, int mostSecrets) {
    return AgentProcess.with(ScanFailures.ARGUMENTS)
        .arguments("--kdf", "revealing", "--max-secrets", Integer.toString(mostSecrets))
        .environment("JAVA_HOME", javaHome)
        .environment("REVEALED_CIPHER", cipher)
        .home(distribution.home())
        .start();
  }

  private void putControl(AgentProcess agent) {
    try (RawClient client = agent.connect()) {
      client.put(control + " 3600000", "nothing");
    }
  }

  private void expire(AgentProcess agent) {
    try (RawClient client = agent.connect()) {
      for (int i = 0; i < 200; i++) {
        ScanLoad.expect("ok", client.askWith("PUT short" + i + " 100", secrets.value(i, 4000)));
        client.ask("GET short" + i).close();
      }
      Await.until("they expire", () -> !client.code("GET short199").equals("ok"));
      Await.sleep(200);
    }
  }

  private void kill(AgentProcess agent) throws IOException, InterruptedException {
    Process client = KilledClient.start(agent.socket(), secrets.value(11, 20_000));
    for (int i = 0; i < 20; i++) {
      assertTrue(client.getInputStream().read() >= 0, "the client works");
    }
    client.destroyForcibly().waitFor();
    try (RawClient other = agent.connect()) {
      Await.until(
          "its connections end",
          () -> Json.value(other.ask("STATUS").text(), "connections").equals("1"));
    }
  }

  private MemoryScan scan(AgentProcess agent) throws IOException {
    MemoryScan scan = new MemoryScan().blocks(secrets).text(CONTROL, control);
    List<byte[]> keys = RevealingDistribution.keys(agent);
    assertTrue(keys.size() >= 3, "the root key, what wraps the data key, the data key");
    for (int i = 0; i < keys.size(); i++) {
      scan.aesKey("key " + i, keys.get(i));
    }
    return scan;
  }

  private void expectNothing(AgentProcess agent, String when) throws IOException {
    expectNothing(agent, scan(agent), when);
  }

  private static void expectNothing(AgentProcess agent, MemoryScan scan, String when)
      throws IOException {
    List<MemoryScan.Hit> found = scan.hits(agent.pid());
    assertTrue(found.removeIf(hit -> hit.label().equals(CONTROL)), "control: a name is found");
    assertTrue(found.isEmpty(), () -> when + ": " + MemoryScan.describe(agent.pid(), found));
  }

  @Test
  void bouncyCastleLeavesKeysOnly() throws Exception {
    othersLeave("bc", OtherJvm.own(), 0);
  }

  @Test
  void tinkLeavesKeysAndFewBlocks() throws Exception {
    othersLeave("tink", OtherJvm.own(), fewBlocks());
  }

  @Test
  void bouncyCastleLeavesKeysOnlyOnANewerJvm() throws Exception {
    assumeTrue(FULL, "with -Dscan.full only");
    othersLeave("bc", OtherJvm.newest(), 0);
  }

  @Test
  void tinkLeavesKeysAndFewBlocksOnANewerJvm() throws Exception {
    assumeTrue(FULL, "with -Dscan.full only");
    othersLeave("tink", OtherJvm.newest(), fewBlocks());
  }

  /**
   * Key material stays: the control of the search for keys. Plaintext does not with bc; with tink,
   * whose arrays nobody else can choose, what the collector moved at the wrong moment.
   */
  private void othersLeave(String cipher, String javaHome, int mostBlocks) throws Exception {
    Needs.root();
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent = start(distribution, javaHome, cipher, SECRETS + 1)) {
      new ScanLoad(agent, secrets).putAndGet(FEWER);
      putControl(agent);
      List<MemoryScan.Hit> found = scan(agent).hits(agent.pid());
      System.out.println("FullScanIT: " + cipher + " leaves " + summary(found));
      assertTrue(found.removeIf(hit -> hit.label().equals(CONTROL)), "control: a name is found");
      assertTrue(
          found.removeIf(hit -> hit.label().startsWith("schedule of key")),
          "control: an expanded key is found");
      found.removeIf(hit -> !hit.label().endsWith("block"));
      // A register that compiled code put onto the stack of a thread: of AES in Java, now and then.
      List<MemoryScan.Hit> halves = new ArrayList<>(found);
      halves.removeIf(hit -> !hit.label().equals(MarkedSecrets.HALF));
      assertTrue(halves.size() <= MOST_HALVES, () -> MemoryScan.describe(agent.pid(), halves));
      found.removeAll(halves);
      assertTrue(found.size() <= mostBlocks, () -> MemoryScan.describe(agent.pid(), found));
    }
  }

  /** One of twenty that were put. */
  private static int fewBlocks() {
    long bytes = 0;
    for (int i = 0; i < FEWER; i++) {
      bytes += MarkedSecrets.sizeBytes(i);
    }
    return (int) (bytes / MarkedSecrets.BLOCK_BYTES / 20);
  }

  private static Map<String, Integer> summary(List<MemoryScan.Hit> found) {
    Map<String, Integer> summary = new TreeMap<>();
    found.forEach(
        hit -> summary.merge(hit.label().replaceAll(" from byte.*", ""), 1, Integer::sum));
    return summary;
  }
}

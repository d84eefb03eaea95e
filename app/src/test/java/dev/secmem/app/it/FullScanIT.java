package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.NativeLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * What root finds of secrets and keys in an agent's memory after 10 000 secrets of 32 bytes to 64
 * KiB were put and got over eight connections, after every kind of failure, and after LOCK. The
 * agent's root, data and wrapping keys are told to the test by plugins of the test tree.
 *
 * <p>{@code -Dscan.full} does on a newer JVM, too, what the default does on the one of the tests.
 */
@Tag("proof")
class FullScanIT {
  private static final int SECRETS = 10_000;
  private static final String CONTROL = "the control";
  private static final int MOST_HALVES = 16;

  static boolean isFull() {
    return Boolean.getBoolean("scan.full");
  }

  private final MarkedSecrets secrets = new MarkedSecrets(new Random().nextLong());
  private final String control = "control-" + new Random().nextLong(1L << 40, 1L << 60);

  @Test
  void opensslLeavesNothing() throws Exception {
    opensslLeavesNothing(OtherJvm.own(), SECRETS, 1_000);
  }

  @Test
  void opensslLeavesNothingOnANewerJvm() throws Exception {
    opensslLeavesNothing(OtherJvm.newest(), isFull() ? SECRETS : 1_000, isFull() ? 1_000 : 100);
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

  /** The control of the scan itself: blocks, a key, its round keys in each order, at odd places. */
  @Test
  void theScanFindsWhatIsThere() throws Exception {
    Needs.root();
    byte[] key = new byte[32];
    new Random().nextBytes(key);
    byte[] schedule = AesSchedule.encryption(key);
    ByteBuffer kept = ByteBuffer.allocateDirect(1 << 16);
    kept.position(3);
    kept.put(secrets.value(2, 32)).put(secrets.value(3, 32)).put(key).put(schedule);
    kept.put((byte) 0).put(AesSchedule.decryption(key)).put(AesSchedule.hashKey(key));
    for (int i = 0; i < schedule.length; i++) {
      kept.put(schedule[i ^ 3]); // as a machine writes words of four bytes
    }
    MemoryScan scan = new MemoryScan().blocks(secrets).aesKey("a key", key);
    List<MemoryScan.Hit> hits = scan.hits(ProcessHandle.current().pid());
    long from = NativeLibrary.addressOf(kept.clear());
    // What lies elsewhere is the scan's own.
    hits.removeIf(hit -> hit.at() < from || hit.at() >= from + kept.capacity());
    Map<String, Integer> found = MemoryScan.counts(hits);
    assertEquals(2, found.get("a marked block"), found.toString());
    assertEquals(2, found.get("a random block"), found.toString());
    for (int at = 0; at < schedule.length; at += MemoryScan.PIECE_BYTES) {
      String piece = "schedule of a key from byte " + at;
      assertTrue(found.containsKey(piece), piece + ": " + found);
      assertTrue(found.containsKey(piece + ", 4-byte words swapped"), piece + ": " + found);
    }
    for (String label : new String[] {"", "schedule for decryption of ", "hash key of "}) {
      assertTrue(found.containsKey(label + "a key from byte 0"), label + ": " + found);
    }
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
      other.awaitAlone();
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
    othersLeave("bc", OtherJvm.own());
  }

  @Test
  void tinkLeavesKeysOnly() throws Exception {
    othersLeave("tink", OtherJvm.own());
  }

  @Test
  @EnabledIf("isFull")
  void bouncyCastleLeavesKeysOnlyOnANewerJvm() throws Exception {
    othersLeave("bc", OtherJvm.newest());
  }

  @Test
  @EnabledIf("isFull")
  void tinkLeavesKeysOnlyOnANewerJvm() throws Exception {
    othersLeave("tink", OtherJvm.newest());
  }

  /**
   * Key material stays: the control of the search for keys. Plaintext does not: bc's is in arrays
   * that are not moved any more, no collection falls into a call of tink's (CollectionGate), and
   * registers and stacks are overwritten (Rinse, WipedStack).
   */
  private void othersLeave(String cipher, String javaHome) throws Exception {
    Needs.root();
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent = start(distribution, javaHome, cipher, SECRETS + 300)) {
      new ScanLoad(agent, secrets).putAndGet(SECRETS);
      putControl(agent);
      expectKeysOnly(agent, cipher, "after " + SECRETS + " secrets");
      new ScanFailures(agent, secrets, 1_000).run();
      expire(agent);
      kill(agent);
      expectKeysOnly(agent, cipher, "after failures, expiry and a killed client");
      try (RawClient client = agent.connect()) {
        assertEquals("ok", client.codeOf("LOCK", "a passphrase of the test"));
      }
      expectNoBlocks(scan(agent).hits(agent.pid()), agent);
    }
  }

  private void expectKeysOnly(AgentProcess agent, String cipher, String when) throws IOException {
    List<MemoryScan.Hit> found = scan(agent).hits(agent.pid());
    System.out.println("FullScanIT: " + cipher + " " + when + " leaves " + summary(found));
    assertTrue(found.removeIf(hit -> hit.label().equals(CONTROL)), "control: a name is found");
    assertTrue(
        found.removeIf(hit -> hit.label().startsWith("schedule of key")),
        "control: an expanded key is found");
    expectNoBlocks(found, agent);
  }

  /**
   * Half a block is what one register holds, which the JVM may save in memory of the C library's.
   */
  private static void expectNoBlocks(List<MemoryScan.Hit> found, AgentProcess agent)
      throws IOException {
    List<Mapping> heaps =
        Mapping.of(agent.pid()).stream().filter(one -> one.name().equals("[heap]")).toList();
    List<MemoryScan.Hit> blocks =
        found.stream().filter(hit -> hit.label().endsWith("block")).toList();
    List<MemoryScan.Hit> halves =
        blocks.stream()
            .filter(hit -> hit.label().equals(MarkedSecrets.HALF))
            .filter(hit -> heaps.stream().anyMatch(heap -> heap.contains(hit.at())))
            .toList();
    assertTrue(
        halves.size() <= MOST_HALVES && halves.size() == blocks.size(),
        () -> MemoryScan.describe(agent.pid(), blocks));
  }

  private static Map<String, Integer> summary(List<MemoryScan.Hit> found) {
    Map<String, Integer> summary = new TreeMap<>();
    found.forEach(
        hit -> summary.merge(hit.label().replaceAll(" from byte.*", ""), 1, Integer::sum));
    return summary;
  }
}

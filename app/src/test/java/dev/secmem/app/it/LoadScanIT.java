package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * What root finds in an agent while eight clients put and get, cipher openssl: plaintext in locked
 * scratch and nowhere else, in a core dump none.
 */
@Tag("proof")
class LoadScanIT {
  private static final boolean FULL = FullScanIT.isFull();
  private static final int SCANS = FULL ? 20 : 5;
  private static final int CORES = FULL ? 10 : 2;
  private static final long GUEST = 7001;
  private static final String CONTROL = "the control";
  private static final String CONTROL_NAME = "a-name-that-is-on-the-heap";

  private final MarkedSecrets secrets = new MarkedSecrets(new Random().nextLong());

  /** What a test does while the agent works. */
  private interface Look {
    void at(AgentProcess agent) throws Exception;
  }

  private void underLoad(AgentProcess agent, Look look) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(
            () -> new ScanLoad(agent, secrets).repeat(stop, MarkedSecrets.LARGEST_BYTES),
            task -> new Thread(task).start());
    try {
      Await.sleep(1000);
      look.at(agent);
    } finally {
      stop.set(true);
      load.get();
    }
  }

  @Test
  void plaintextIsInLockedScratchOnly() throws Exception {
    plaintextIsInLockedScratchOnly(OtherJvm.own());
  }

  @Test
  @EnabledIf("dev.secmem.app.it.FullScanIT#isFull")
  void plaintextIsInLockedScratchOnlyOnANewerJvm() throws Exception {
    plaintextIsInLockedScratchOnly(OtherJvm.newest());
  }

  private void plaintextIsInLockedScratchOnly(String javaHome) throws Exception {
    Needs.root();
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent =
            AgentProcess.with("--cipher", "revealing", "--kdf", "revealing")
                .environment("JAVA_HOME", javaHome)
                .home(distribution.home())
                .start()) {
      try (RawClient client = agent.connect()) {
        client.put(CONTROL_NAME + " 3600000", "nothing");
      }
      underLoad(agent, this::scanScratch);
      expectHeapIsSeen(agent);
      List<MemoryScan.Hit> idle = new MemoryScan().blocks(secrets).hits(agent.pid());
      assertTrue(idle.isEmpty(), () -> "idle: " + MemoryScan.describe(agent.pid(), idle));
    }
  }

  private void scanScratch(AgentProcess agent) throws IOException {
    MemoryScan scan = new MemoryScan().blocks(secrets);
    for (byte[] key : RevealingDistribution.keys(agent)) {
      scan.aesKey("a key", key);
    }
    int inScratch = 0;
    int ofKeys = 0;
    List<MemoryScan.Hit> elsewhere = new ArrayList<>();
    int scans = 0;
    // On a busy machine the clients may sleep through some: more, until the control was seen.
    while (scans < SCANS || inScratch == 0 && scans < 20 * SCANS) {
      scans++;
      List<MemoryScan.Hit> hits = scan.hits(agent.pid());
      List<Mapping> scratch = Mapping.of(agent.pid()).stream().filter(Mapping::isGuarded).toList();
      for (MemoryScan.Hit hit : hits) {
        if (!hit.label().endsWith("block") && !isOnJavaHeap(hit)) {
          ofKeys++; // libcrypto's own context, for the length of a call
        } else if (scratch.stream().anyMatch(mapping -> mapping.contains(hit.at()))) {
          inScratch++;
        } else {
          elsewhere.add(hit);
        }
      }
    }
    System.out.printf(
        "LoadScanIT: %d scans, %d blocks in scratch, %d pieces of keys in contexts%n",
        scans, inScratch, ofKeys);
    assertTrue(elsewhere.isEmpty(), () -> MemoryScan.describe(agent.pid(), elsewhere));
    assertTrue(inScratch > 0, "control: what is in scratch is found");
  }

  private static boolean isOnJavaHeap(MemoryScan.Hit hit) {
    return Mapping.isOfJavaHeap(hit.at());
  }

  /** The control: what the agent keeps on its heap, a name, is found there. */
  private static void expectHeapIsSeen(AgentProcess agent) throws IOException {
    List<MemoryScan.Hit> names = new MemoryScan().text(CONTROL, CONTROL_NAME).hits(agent.pid());
    assertTrue(names.stream().anyMatch(LoadScanIT::isOnJavaHeap), names.toString());
  }

  /** The kernel writes no core of it; a debugger of root's can. */
  @Test
  void aCoreOfADebuggerHasNoSecret() throws Exception {
    Needs.root();
    Needs.program("gcore");
    try (RevealingDistribution distribution = new RevealingDistribution();
        AgentProcess agent =
            AgentProcess.with("--cipher", "revealing", "--kdf", "revealing")
                .home(distribution.home())
                .start()) {
      underLoad(agent, this::takeCores);
    }
  }

  private void takeCores(AgentProcess agent) throws Exception {
    MemoryScan scan = new MemoryScan().blocks(secrets);
    for (byte[] key : RevealingDistribution.keys(agent)) {
      scan.aesKey("a key", key);
    }
    for (int i = 0; i < CORES; i++) {
      try (Core core = new Core(agent.pid(), agent.folder())) {
        System.out.printf(
            "LoadScanIT: a core of %d KiB, %d pieces in registers%n",
            core.memoryBytes() >> 10, core.inRegisters(scan).size());
        core.expectNoMemory();
        assertEquals(List.of(), core.inMemory(scan), "in the memory that the core holds");
      }
    }
  }

  /** The control: of a program that nobody protected, the same look finds each kind. */
  @Test
  void aCoreOfAnOrdinaryProgramHasWhatItWorkedWith() throws Exception {
    Needs.root();
    Needs.program("gcore");
    byte[] key = new byte[32];
    new Random().nextBytes(key);
    MemoryScan scan = new MemoryScan().blocks(secrets).aesKey("a key", key);
    Path folder = Distribution.temporaryFolder("secmem-it-core-");
    Process ordinary =
        new ProcessBuilder("cat").redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = ordinary.getOutputStream()) {
      byte[] schedule = AesSchedule.encryption(key);
      ByteBuffer held = ByteBuffer.allocate(32 + 32 + key.length + schedule.length);
      held.put(secrets.value(2, 32)).put(secrets.value(3, 32)).put(key).put(schedule);
      in.write(held.array());
      in.flush();
      Await.until("it has read them", () -> isIn(ordinary.pid(), scan));
      try (Core core = new Core(ordinary.pid(), folder)) {
        assertThrows(AssertionError.class, core::expectNoMemory);
        Map<String, Integer> found = MemoryScan.counts(core.inMemory(scan));
        assertEquals(2, found.get("a marked block"), found.toString());
        assertEquals(2, found.get("a random block"), found.toString());
        assertEquals(1, found.get("a key from byte 0"), found.toString());
        assertEquals(1, found.get("schedule of a key from byte 192"), found.toString());
      }
    } finally {
      ordinary.destroyForcibly();
      Distribution.delete(folder);
    }
  }

  private static boolean isIn(long pid, MemoryScan scan) {
    try {
      return !scan.hits(pid).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void arenasAndScratchAreLockedAndNotDumped() throws Exception {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with().start()) {
      underLoad(agent, LoadScanIT::expectGuarded);
    }
  }

  /** Under a limit that does not take the whole process, {@code lo} tells them from the rest. */
  @Test
  void soTheyAreWhereOnlyTheyCanBeLocked() throws Exception {
    Needs.otherUids();
    try (AgentProcess agent = AgentProcess.with().uid(GUEST).limits("ulimit -l 8192").start()) {
      try (RawClient client = agent.connect()) {
        client.put("k 60000", "value");
        client.ask("GET k").close();
        String status = client.ask("STATUS").text();
        assumeTrue(Json.value(status, "memory_locked").equals("arenas"), status);
      }
      expectGuarded(agent);
      assertTrue(
          Mapping.of(agent.pid()).stream().anyMatch(mapping -> !mapping.hasFlag("lo")),
          "control: other memory is not locked");
    }
  }

  private static void expectGuarded(AgentProcess agent) {
    List<Mapping> hidden =
        Mapping.of(agent.pid()).stream()
            .filter(one -> one.hasFlag("dc") && one.access().startsWith("rw"))
            .filter(one -> !one.name().startsWith("/memfd:")) // slabs: ciphertext
            .toList();
    // Three sizes of scratch, and the arena, which is memfd_secret where the kernel has it.
    assertTrue(hidden.size() >= 4, hidden.toString());
    try (RawClient client = agent.connect()) {
      String arena = Json.value(client.ask("STATUS").text(), "key_arena");
      assertEquals(
          arena.equals("memfd_secret"), hidden.stream().anyMatch(Mapping::isSecret), arena);
    }
    for (long size : new long[] {64 * 4096, 8 * 128 * 1024, 2 * 1024 * 1024}) {
      assertTrue(hidden.stream().anyMatch(one -> one.to() - one.from() == size), "size " + size);
    }
    for (Mapping one : hidden) {
      assertTrue(one.isGuarded(), one.toString());
      assertEquals("0 kB", one.values().get("Swap"), one.toString());
    }
  }
}

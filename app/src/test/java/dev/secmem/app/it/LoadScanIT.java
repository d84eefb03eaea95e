package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * What root finds in an agent while eight clients put and get, cipher openssl: plaintext in locked
 * scratch and nowhere else, in a core dump none.
 */
class LoadScanIT {
  private static final boolean FULL = Boolean.getBoolean("scan.full");
  private static final int SCANS = FULL ? 20 : 5;
  private static final long GUEST = 7001;
  private static final String CONTROL = "the control";

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
  void plaintextIsInLockedScratchOnlyOnANewerJvm() throws Exception {
    assumeTrue(FULL, "with -Dscan.full only");
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
      underLoad(agent, this::scanScratch);
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
        if (!hit.label().endsWith("block")) {
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
      underLoad(
          agent,
          running -> {
            String prefix = running.folder().resolve("core").toString();
            String pid = Long.toString(running.pid());
            Programs.Result result = Programs.run("gcore", "-o", prefix, pid);
            assertEquals(0, result.code(), result.err());
          });
      Core core = Core.read(agent.folder().resolve("core." + agent.pid()));
      // The symbols of libc are in memory that every core holds.
      MemoryScan scan = new MemoryScan().blocks(secrets).text(CONTROL, "GLIBC_PRIVATE");
      for (byte[] key : RevealingDistribution.keys(agent)) {
        scan.aesKey("a key", key);
      }
      List<MemoryScan.Hit> memory = core.hits(scan, Core.LOAD);
      assertTrue(memory.removeIf(hit -> hit.label().equals(CONTROL)), "the control is found");
      System.out.printf(
          "LoadScanIT: a core of %d MiB, %d pieces in registers%n",
          core.loadBytes() >> 20, core.hits(scan, Core.NOTE).size());
      assertEquals(List.of(), memory, "in the memory that the core holds");
    }
  }

  /** The parts of an ELF core file. */
  private record Core(Path file, List<long[]> parts) {
    static final int LOAD = 1;
    static final int NOTE = 4;

    static Core read(Path file) throws IOException {
      List<long[]> parts = new ArrayList<>();
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        long headers = little(in, 32, 8);
        int count = (int) little(in, 56, 2);
        for (int i = 0; i < count; i++) {
          long at = headers + 56L * i;
          parts.add(new long[] {little(in, at, 4), little(in, at + 8, 8), little(in, at + 32, 8)});
        }
      }
      return new Core(file, parts);
    }

    private static long little(RandomAccessFile in, long at, int bytes) throws IOException {
      long value = 0;
      for (int i = 0; i < bytes; i++) {
        in.seek(at + i);
        value |= (long) in.read() << 8 * i;
      }
      return value;
    }

    long loadBytes() {
      return parts.stream().filter(part -> part[0] == LOAD).mapToLong(part -> part[2]).sum();
    }

    List<MemoryScan.Hit> hits(MemoryScan scan, int type) throws IOException {
      List<MemoryScan.Hit> hits = new ArrayList<>();
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        for (long[] part : parts) {
          if (part[0] == type) {
            hits.addAll(scan.hits(in, part[1], part[1] + part[2]));
          }
        }
      }
      return hits;
    }
  }

  @Test
  void arenasAndScratchAreLockedAndNotDumped() throws Exception {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with().start()) {
      underLoad(agent, LoadScanIT::expectGuarded);
      // Where libcrypto's contexts are: what is mapped after start would be in dumps.
      List<Mapping> heaps =
          Mapping.of(agent.pid()).stream().filter(one -> one.name().equals("[heap]")).toList();
      assertTrue(!heaps.isEmpty() && heaps.stream().allMatch(one -> one.hasFlag("dd")), "" + heaps);
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
    for (long size : new long[] {64 * 4096, 8 * 128 * 1024, 2 * 1024 * 1024}) {
      assertTrue(hidden.stream().anyMatch(one -> one.to() - one.from() == size), "size " + size);
    }
    for (Mapping one : hidden) {
      assertTrue(one.isGuarded(), one.toString());
      assertEquals("0 kB", one.values().get("Swap"), one.toString());
    }
  }
}

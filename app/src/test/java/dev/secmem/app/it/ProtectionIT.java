package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Descriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel says of the agent's protections. */
@Tag("proof")
class ProtectionIT {
  private static AgentProcess agent;
  private static Path proc;

  @BeforeAll
  static void start() {
    Needs.root();
    agent = AgentProcess.with().start();
    proc = Path.of("/proc/" + agent.pid());
    try (RawClient client = agent.connect()) {
      client.put("k 60000", "value");
      client.ask("GET k").close();
    }
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  @Test
  void noThreadCanGainPrivileges() throws IOException {
    int threads = 0;
    try (var tasks = Files.newDirectoryStream(proc.resolve("task"))) {
      for (Path task : tasks) {
        assertTrue(
            Programs.lines(task.resolve("status")).contains("NoNewPrivs:\t1"), task.toString());
        threads++;
      }
    }
    assertTrue(threads > 5, threads + " threads");
  }

  @Test
  void coreDumpsAreOff() {
    String core =
        Programs.lines(proc.resolve("limits")).stream()
            .filter(line -> line.startsWith("Max core file size"))
            .findFirst()
            .orElseThrow();
    assertTrue(core.matches("Max core file size +0 +0 +bytes *"), core);
  }

  @Test
  void theProcessIsNotDumpable() throws IOException {
    // A dumpable process's files belong to its uid, whoever that is; the others' always to root.
    Needs.otherUids();
    try (AgentProcess other = AgentProcess.with().uid(7001).start()) {
      assertEquals(0, Files.getAttribute(Path.of("/proc/" + other.pid() + "/environ"), "unix:uid"));
      assertThrows(
          IOException.class,
          () ->
              Kernel.as(
                  7001,
                  7001,
                  () -> Files.readAllBytes(Path.of("/proc/" + other.pid() + "/environ"))));
    }
  }

  @Test
  void theKeyArenaCannotBeReadEvenByRoot() throws IOException {
    String status;
    try (RawClient client = agent.connect()) {
      status = client.ask("STATUS").text();
    }
    assumeTrue(Json.value(status, "key_arena").equals("memfd_secret"), "needs memfd_secret");
    List<String> maps = Programs.lines(proc.resolve("maps"));
    List<String> secret = maps.stream().filter(line -> line.contains("secretmem")).toList();
    assertFalse(secret.isEmpty(), "the arena is mapped");
    try (RandomAccessFile memory = new RandomAccessFile(proc.resolve("mem").toFile(), "r")) {
      for (String line : secret) {
        assertThrows(IOException.class, () -> readOneByte(memory, line), line);
      }
      String heap = maps.stream().filter(line -> line.contains("[heap]")).findFirst().orElseThrow();
      assertEquals(1, readOneByte(memory, heap), "positive control");
    }
    assertTrue(
        OpenDescriptors.list(agent.pid()).values().stream().noneMatch(x -> x.contains("secretmem")),
        "no descriptor of it is left open");
  }

  /** core(5): each bit is a kind of memory that a core would have. */
  @Test
  void noMemoryIsInACoreWhateverIsMappedLater() {
    assertEquals(
        List.of("00000000"), Programs.lines(Path.of("/proc/" + agent.pid() + "/coredump_filter")));
    assertNotEquals(
        List.of("00000000"), Programs.lines(Path.of("/proc/self/coredump_filter")), "control");
  }

  private static int readOneByte(RandomAccessFile memory, String map) throws IOException {
    memory.seek(Long.parseUnsignedLong(map.substring(0, map.indexOf('-')), 16));
    return memory.read(new byte[1]);
  }

  /** Names and grants are there, and with tink and bc keys. */
  @Test
  void theJavaHeapHasItsFullSizeAndIsLeftOutOfDumps() {
    try (AgentProcess other = AgentProcess.with("--audit", "denied").start();
        RawClient client = other.connect()) {
      long before = heap(other).stream().mapToLong(one -> one.to() - one.from()).sum();
      assertTrue(before >= 160L << 20, "the whole heap is found: " + before);
      int value = Kernel.memfd("value");
      String name = "PUT " + "n".repeat(190);
      for (int i = 0; i < 4000; i++) {
        client.send(name + i + " 600000\n", value);
        client.reply().close();
      }
      Descriptor.close(value);
      long after = heap(other).stream().mapToLong(one -> one.to() - one.from()).sum();
      assertEquals(before, after, "it has its full size from the start");
      assertTrue(heap(other).stream().allMatch(one -> one.hasFlag("dd")), heap(other).toString());
    }
  }

  /** Of an agent's size it ends at 4 GiB. What the JVM has of classes may lie below it, apart. */
  private static List<Mapping> heap(AgentProcess other) {
    List<Mapping> last = new ArrayList<>();
    for (Mapping one : Mapping.of(other.pid())) {
      if (one.from() >= 1L << 32) {
        break;
      }
      if (!last.isEmpty() && last.get(last.size() - 1).to() != one.from()) {
        last.clear();
      }
      if (one.access().equals("rw-p") && one.name().isEmpty()) {
        last.add(one);
      }
    }
    return last;
  }

  @Test
  void statusAndTheStartLineSayWhatHolds() {
    try (RawClient client = agent.connect()) {
      String status = client.ask("STATUS").text();
      for (String key :
          new String[] {
            "not_dumpable", "core_dumps_off", "no_new_privs", "heap_not_dumped", "attach_off"
          }) {
        assertEquals("true", Json.value(status, key), status);
      }
    }
    assertTrue(agent.stderr().contains("no_new_privs: true"), agent.stderr());
  }
}

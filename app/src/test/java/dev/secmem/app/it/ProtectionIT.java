package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the kernel says of the agent's protections. */
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

  private static int readOneByte(RandomAccessFile memory, String map) throws IOException {
    memory.seek(Long.parseUnsignedLong(map.substring(0, map.indexOf('-')), 16));
    return memory.read(new byte[1]);
  }

  @Test
  void nobodyCanAttachToTheJvm() throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd");
    assumeTrue(Files.isExecutable(jcmd), "needs jcmd");
    Programs.Result result =
        Programs.run(jcmd.toString(), Long.toString(agent.pid()), "GC.class_histogram");
    assertTrue(result.code() != 0, result.text());
    assertFalse(result.text().contains("java.lang.String"), result.text());
    try (RawClient client = agent.connect()) {
      assertEquals("value", client.ask("GET k").text());
    }
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

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Sandbox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent in its sandbox. What the filter denies is shown in SandboxTest of linux. */
@Tag("proof")
class SandboxIT {
  static List<String> homes() {
    return OtherJvm.all();
  }

  private static AgentOptions agent(String home, String... arguments) {
    return AgentProcess.with(arguments).environment("JAVA_HOME", home);
  }

  @Test
  void everyThreadHasTheVeryFilterThatIsTested() throws Exception {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with("--require", "sandbox").start()) {
      Await.until("the start-up line", () -> agent.stderr().contains("sandbox: seccomp"));
      assertEquals("2 1", ofAllThreads(agent, "Seccomp", "Seccomp_filters"));
      List<ByteBuffer> filters = new ArrayList<>();
      for (long tid : otherThreads(agent)) {
        filters.add(Intruder.traced(tid, Intruder::filter));
      }
      assertTrue(filters.size() > 5, filters.size() + " threads");
      assumeTrue(filters.get(0) != null, "the kernel does not show filters");
      for (ByteBuffer filter : filters) {
        assertEquals(Sandbox.program(), filter);
      }
      try (RawClient client = agent.connect()) {
        assertEquals("seccomp", Json.value(client.ask("STATUS").text(), "sandbox"));
      }
    }
  }

  @Test
  void withoutItThatIsSaidAndNoThreadGainsPrivileges() throws Exception {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with("--no-sandbox").start();
        RawClient client = agent.connect()) {
      String status = client.ask("STATUS").text();
      assertEquals("none", Json.value(status, "sandbox"));
      assertEquals("true", Json.value(status, "no_new_privs"));
      Await.until("the start-up line", () -> agent.stderr().contains("sandbox: none"));
      assertEquals("1", ofAllThreads(agent, "NoNewPrivs"));
      ByteBuffer filter = Intruder.traced(otherThreads(agent).get(0), Intruder::filter);
      assumeTrue(filter != null, "the kernel does not show filters");
      assertNotEquals(Sandbox.program(), filter, "the control");
    }
  }

  @Test
  void requiredButForbiddenItDoesNotStart() {
    try (AgentProcess agent = AgentProcess.with("--no-sandbox", "--require", "sandbox").launch()) {
      assertEquals(1, agent.await());
      assertTrue(agent.stderr().contains("--require sandbox: it does not hold"), agent.stderr());
    }
  }

  private static List<Long> threads(AgentProcess agent) throws IOException {
    try (var tasks = Files.list(Path.of("/proc/" + agent.pid() + "/task"))) {
      return tasks
          .map(task -> Long.valueOf(task.getFileName().toString()))
          .collect(Collectors.toList());
    }
  }

  /** All but the first, whose parent, this JVM, waits for it and so cannot trace it. */
  private static List<Long> otherThreads(AgentProcess agent) throws IOException {
    List<Long> threads = threads(agent);
    assertTrue(threads.remove(agent.pid()), "the first");
    return threads;
  }

  /** Fields of /proc/PID/task/TID/status, which must be the same for all. */
  private static String ofAllThreads(AgentProcess agent, String... fields) throws IOException {
    List<String> values = new ArrayList<>();
    for (long tid : threads(agent)) {
      List<String> lines =
          Programs.lines(Path.of("/proc/" + agent.pid() + "/task/" + tid + "/status"));
      StringBuilder value = new StringBuilder();
      for (String field : fields) {
        for (String line : lines) {
          value.append(line.startsWith(field + ":") ? " " + line.split("\t")[1] : "");
        }
      }
      values.add(value.toString().strip());
    }
    assertEquals(1, values.stream().distinct().count(), values.toString());
    return values.get(0);
  }

  /** Argon2id: other jars are opened, classes loaded, 64 MiB of heap taken. */
  @ParameterizedTest
  @MethodSource("homes")
  void aRandomRootIsLockedAndUnlocked(String home) {
    try (AgentProcess agent = agent(home, "--require", "sandbox").start();
        RawClient client = agent.connect()) {
      client.put("a 60000 reads=3", "value");
      assertEquals("ok", client.codeOf("LOCK", "pass phrase"));
      assertEquals("locked", client.code("GET a"));
      assertEquals("ok", client.codeOf("UNLOCK", "pass phrase"));
      assertEquals("value", client.ask("GET a").text());
      assertEquals(0, agent.stop(), agent::stderr);
      assertFalse(Files.exists(Path.of(agent.socket())), "the socket is removed");
    }
  }

  @ParameterizedTest
  @MethodSource("homes")
  void everyVerbWorksWithEveryPlugin(String home) {
    for (String[] plugins :
        new String[][] {
          {"--cipher", "openssl", "--kdf", "openssl", "--store", "memfd"},
          {"--cipher", "bc", "--kdf", "bc", "--store", "heapless"},
          {"--cipher", "tink", "--kdf", "bc", "--store", "memfd"}
        }) {
      try (AgentProcess agent =
              agent(home, plugins).arguments("--root", "mnemonic", "--allow-derive").start();
          RawClient client = agent.connect()) {
        EveryVerb.of(client);
        assertEquals("seccomp", Json.value(client.ask("STATUS").text(), "sandbox"));
        assertEquals(0, agent.stop(), agent::stderr);
      }
    }
  }

  /** 200 threads, and collections, which the JVM's log tells of (-Xmn3m makes them frequent). */
  @ParameterizedTest
  @MethodSource("homes")
  void twoHundredConnectionsAndCollections(String home) throws IOException {
    Path copy = Distribution.temporaryFolder("secmem-it-gc-");
    Distribution.copy(Distribution.home(), copy.resolve("secmem"));
    Path launcher = copy.resolve("secmem/lib/launch.sh");
    String script = Files.readString(launcher);
    assertTrue(script.contains("-Xlog:disable"), script);
    Files.writeString(launcher, script.replace("-Xlog:disable", "-Xlog:gc:stdout"));
    try (AgentProcess agent =
        agent(home, "--audit", "denied", "--require", "sandbox")
            .home(copy.resolve("secmem"))
            .start()) {
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 200; i++) {
          clients.add(agent.connect());
          clients.get(i).put("k" + i + " 60000", "value " + i);
        }
        assertTrue(Integer.parseInt(agent.status("Threads")) > 200, agent.status("Threads"));
        assertEquals("2", ofAllThreads(agent, "Seccomp"), "new threads, too");
        int before = collections(agent);
        for (int round = 0; round < 20; round++) {
          for (int i = 0; i < 200; i++) {
            assertEquals("value " + i, clients.get(i).ask("GET k" + i).text());
          }
        }
        int during = collections(agent) - before;
        assertTrue(during > 0, "collections while 4000 requests were served: " + during);
      } finally {
        clients.forEach(RawClient::close);
      }
      assertEquals(0, agent.stop(), agent::stderr);
    } finally {
      Distribution.delete(copy);
    }
  }

  private static int collections(AgentProcess agent) {
    List<String> lines = Programs.lines(agent.folder().resolve("stdout"));
    return (int) lines.stream().filter(line -> line.contains("Pause Young")).count();
  }

  /** COMMAND starts before the sandbox and is not in it. */
  @Test
  void aCommandMayWriteAndStartPrograms() throws IOException {
    Path folder = Distribution.temporaryFolder("secmem-it-sandbox-");
    try {
      Programs.Result result =
          Programs.run(
              Map.of(),
              "",
              Distribution.agent(),
              "--require",
              "sandbox",
              "--",
              "sh",
              "-c",
              "echo v | \"$0\" put k && \"$0\" get k >\"$1\" && cat \"$1\"",
              Distribution.ctl(),
              folder.resolve("written").toString());
      assertEquals(0, result.code(), result.err());
      assertEquals("v\n", result.text());
    } finally {
      Distribution.delete(folder);
    }
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent in its sandbox. What the filter denies is shown in SandboxTest of linux. */
class SandboxIT {
  static List<String> homes() {
    return JavaHomes.all();
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

  private static List<Long> otherThreads(AgentProcess agent) throws IOException {
    try (var tasks = Files.list(Path.of("/proc/" + agent.pid() + "/task"))) {
      return tasks
          .map(task -> Long.valueOf(task.getFileName().toString()))
          .filter(tid -> tid != agent.pid())
          .collect(Collectors.toList());
    }
  }

  /** Fields of /proc/PID/task/TID/status, which must be the same for all. */
  private static String ofAllThreads(AgentProcess agent, String... fields) throws IOException {
    List<String> values = new ArrayList<>();
    for (long tid : otherThreads(agent)) {
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

  @ParameterizedTest
  @MethodSource("homes")
  void everyVerbOnSecretsWorks(String home) {
    try (AgentProcess agent = agent(home, "--require", "sandbox").start();
        RawClient client = agent.connect()) {
      client.put("a 60000 reads=3", "value");
      assertEquals("value", client.ask("GET a").text());
      for (String line : new String[] {"HELLO", "STAT a", "TOUCH a 70000", "LIST", "STATUS"}) {
        assertEquals("ok", client.code(line), line);
      }
      for (String line : new String[] {"METRICS", "AUDIT", "LIST a"}) {
        assertFalse(client.ask(line).text().isEmpty(), line);
      }
      // What is asked of /proc about this very process; nobody has the others' rights here.
      assertEquals("ok", client.code("GRANT a uid:7005+exe:/usr/bin/env,unit:x.service"));
      assertFalse(client.ask("EXPLAIN a " + ProcessHandle.current().pid()).text().isEmpty());
      assertFalse(client.ask("WHOAMI").text().isEmpty());
      assertEquals("ok", client.code("REVOKE a unit:x.service"));
      assertEquals("ok", client.code("RENAME a b"));
      assertEquals("ok", client.code("RENAME b a"));
      // Argon2id: other jars are opened, classes loaded, 64 MiB of heap taken.
      assertEquals("ok", client.codeOf("LOCK", "pass phrase"));
      assertEquals("locked", client.code("GET a"));
      assertEquals("ok", client.codeOf("UNLOCK", "pass phrase"));
      assertEquals("value", client.ask("GET a").text());
      assertEquals("ok", client.code("DEL a"));
      assertEquals("not-found", client.code("GET a"));
      assertEquals(0, agent.stop(), agent::stderr);
      assertFalse(Files.exists(Path.of(agent.socket())), "the socket is removed");
    }
  }

  @ParameterizedTest
  @MethodSource("homes")
  void everyVerbOnKeysWorks(String home) {
    for (String[] plugins :
        new String[][] {
          {"--cipher", "openssl", "--kdf", "openssl", "--store", "memfd"},
          {"--cipher", "bc", "--kdf", "bc", "--store", "heapless"},
          {"--cipher", "tink", "--kdf", "bc", "--store", "memfd"}
        }) {
      try (AgentProcess agent =
              agent(home, plugins).arguments("--root", "mnemonic", "--allow-derive").start();
          RawClient client = agent.connect()) {
        Mnemonics.unlock(client, Mnemonics.LEGAL);
        client.put("k 60000", "value");
        assertEquals("ok", client.code("PUBKEY m/0' ed25519"));
        assertEquals(64, client.askWith("SIGN m/0' ed25519", "message").body().length);
        assertNotNull(client.askWith("SIGN m/0'/1 secp256k1", "message").body());
        assertEquals(32, client.ask("DERIVE m/0' nist256p1").body().length);
        assertEquals(20, client.ask("PASSWORD example.com 20").body().length);
        byte[] envelope = client.askWith("ENCRYPT", "text").body();
        byte[] rotated = client.askWith("ROTATE 2", envelope).body();
        assertArrayEquals("text".getBytes(), client.askWith("DECRYPT", rotated).body());
        assertEquals("ok", client.code("LOCK"));
        Mnemonics.unlock(client, Mnemonics.LEGAL);
        assertEquals("value", client.ask("GET k").text());
        assertEquals(0, agent.stop(), agent::stderr);
      }
    }
  }

  /** 200 threads, and about one collection for every thousand requests (-Xmn3m). */
  @ParameterizedTest
  @MethodSource("homes")
  void twoHundredConnectionsAndCollections(String home) {
    try (AgentProcess agent = agent(home, "--audit", "denied").start()) {
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 200; i++) {
          clients.add(agent.connect());
          clients.get(i).put("k" + i + " 60000", "value " + i);
        }
        assertTrue(Integer.parseInt(agent.status("Threads")) > 200, agent.status("Threads"));
        for (int round = 0; round < 20; round++) {
          for (int i = 0; i < 200; i++) {
            assertEquals("value " + i, clients.get(i).ask("GET k" + i).text());
          }
        }
      } finally {
        clients.forEach(RawClient::close);
      }
      assertEquals(0, agent.stop(), agent::stderr);
    }
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

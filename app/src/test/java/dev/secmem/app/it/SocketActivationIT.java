package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.UnixSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service manager listens; the agent comes when it is needed (sd_listen_fds(3)). */
class SocketActivationIT {
  private static final Map<String, String> ONE = Map.of("LISTEN_FDS", "1");

  private Path folder;
  private Path path;
  private int listening;

  @BeforeEach
  void listen() throws LinuxException {
    folder = Distribution.temporaryFolder("secmem-it-activation-");
    path = folder.resolve("agent.sock");
    listening = UnixSocket.listen(path.toString(), 0600, 64);
  }

  @AfterEach
  void close() {
    Descriptor.close(listening);
    Distribution.delete(folder);
  }

  private void assertRefused(int third, Map<String, String> variables, String why, String... more) {
    String[] words = new String[more.length + 1];
    words[0] = Distribution.agent();
    System.arraycopy(more, 0, words, 1, more.length);
    try (Spawned agent = new Spawned(third, variables, words)) {
      assertEquals(1, agent.await(), agent.stderr());
      assertTrue(agent.stderr().startsWith("secmem-agent: "), agent.stderr());
      assertTrue(agent.stderr().contains(why), agent.stderr());
      assertFalse(agent.stderr().contains("\tat "), agent.stderr());
    }
  }

  @Test
  void clientsWaitForTheAgentAndForTheNextOne() throws Exception {
    Object inode = Files.getAttribute(path, "unix:ino");
    RawClient early = new RawClient(path.toString());
    for (int round = 0; round < 3; round++) {
      int value = Kernel.memfd("value");
      early.send("PUT k 600000\n", value);
      Descriptor.close(value);
      try (Spawned agent = new Spawned(listening, ONE, Distribution.agent())) {
        assertTrue(early.reply().isOk());
        try (RawClient other = new RawClient(path.toString())) {
          assertEquals("value", other.ask("GET k").text());
        }
        early.close();
        assertEquals(0, agent.stop(), agent.stderr());
        assertTrue(agent.stderr().contains("serves at " + path), agent.stderr());
      }
      assertEquals(inode, Files.getAttribute(path, "unix:ino"), "the file stays");
      early = new RawClient(path.toString());
    }
    early.close();
  }

  @Test
  void anIdleAgentGoesAndComesBackForTheNextClient() {
    for (int round = 0; round < 2; round++) {
      try (Spawned agent =
          new Spawned(
              listening,
              ONE,
              Distribution.agent(),
              "--exit-after",
              "200ms",
              "--socket",
              path.toString())) {
        assertEquals(0, agent.await(), agent.stderr());
      }
      try (RawClient waiting = new RawClient(path.toString());
          Spawned agent =
              new Spawned(listening, ONE, Distribution.agent(), "--exit-after", "200ms")) {
        waiting.ask("HELLO").close();
        assertTrue(agent.isAlive());
      }
    }
  }

  @Test
  void theManagersWatchdogIsFedThroughItsOwnSocket() {
    try (NotifySocket manager = new NotifySocket(folder.resolve("notify").toString());
        Spawned agent =
            new Spawned(
                listening,
                Map.of(
                    "LISTEN_FDS",
                    "1",
                    "NOTIFY_SOCKET",
                    manager.address(),
                    "WATCHDOG_USEC",
                    "400000"),
                Distribution.agent())) {
      manager.await("READY=1");
      manager.await("WATCHDOG=1");
      manager.await("WATCHDOG=1");
      assertEquals(0, agent.stop());
    }
  }

  @Test
  void theCommandGetsTheAddressAndNotTheSocket() {
    String script = "echo $SECMEM_SOCK; readlink /proc/$$/fd/3 || echo none; env";
    try (Spawned agent =
        new Spawned(listening, ONE, Distribution.agent(), "--", "sh", "-c", script)) {
      assertEquals(0, agent.await(), agent.stderr());
      String[] lines = agent.stdout().split("\n");
      assertEquals(path.toString(), lines[0]);
      assertEquals("none", lines[1], agent.stdout());
      assertFalse(agent.stdout().contains("LISTEN_"), agent.stdout());
    }
    assertTrue(Files.exists(path));
    // The control: what is not the agent's own to serve on is handed on.
    try (Spawned agent =
        new Spawned(
            listening,
            Map.of("LISTEN_FDS", "1", "LISTEN_PID", "1"),
            Distribution.agent(),
            "--",
            "sh",
            "-c",
            script)) {
      assertEquals(0, agent.await(), agent.stderr());
      assertNotEquals(path.toString(), agent.stdout().split("\n")[0]);
      assertTrue(agent.stdout().split("\n")[1].startsWith("socket:["), agent.stdout());
    }
  }

  @Test
  void anyNumberOfSocketsButOneIsRefused() {
    for (String count : new String[] {"0", "2", "-1", "x", "", "1 "}) {
      assertRefused(listening, Map.of("LISTEN_FDS", count), "exactly one socket");
    }
    assertRefused(listening, Map.of(), "exactly one socket");
    assertRefused(listening, Map.of("LISTEN_FDS", "1", "LISTEN_PID", "me"), "LISTEN_PID");
  }

  @Test
  void whatIsNoListeningUnixStreamSocketIsRefused() throws Exception {
    assertRefused(-1, ONE, "descriptor 3");
    int file = Memfd.create();
    assertRefused(file, ONE, "is not a socket");
    Descriptor.close(file);
    int[] pair = UnixSocket.pair();
    assertRefused(pair[0], ONE, "is not a listening Unix stream socket");
    Descriptor.close(pair[0]);
    Descriptor.close(pair[1]);
    try (java.net.ServerSocket inet = new java.net.ServerSocket(0)) {
      assertTrue(inet.isBound());
      int found = descriptorOf("socket:");
      assertRefused(found, ONE, "is not a listening Unix stream socket");
    }
  }

  /** The newest descriptor of a kind: the one that was opened last. */
  private static int descriptorOf(String kind) {
    int newest = -1;
    for (var entry : OpenDescriptors.list(ProcessHandle.current().pid()).entrySet()) {
      newest = entry.getValue().startsWith(kind) ? entry.getKey() : newest;
    }
    return newest;
  }

  @Test
  void anotherPathOnTheCommandLineIsRefused() throws LinuxException {
    String elsewhere = folder.resolve("elsewhere").toString();
    assertRefused(listening, ONE, "not at " + elsewhere, "--socket", elsewhere);
    assertFalse(Files.exists(Path.of(elsewhere)));
    assertTrue(UnixSocket.isListening(listening));
  }

  @Test
  void anotherProcessesVariablesAreNotMeant() {
    try (AgentProcess agent =
        AgentProcess.with().environment("LISTEN_PID", "1").environment("LISTEN_FDS", "7").start()) {
      assertTrue(agent.isAlive());
    }
  }
}

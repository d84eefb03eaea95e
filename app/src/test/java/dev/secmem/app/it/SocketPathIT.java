package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may lie at the agent's path, and who else may be there. */
class SocketPathIT {
  private Path folder;
  private Path socket;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Distribution.temporaryFolder("secmem-it-path-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    socket = folder.resolve("a.sock");
  }

  @AfterEach
  void removeFolder() {
    Distribution.delete(folder);
  }

  private static void expectRefusedStart(AgentProcess agent, String reason) {
    assertEquals(1, agent.await(), agent::stderr);
    assertTrue(agent.stderr().contains(reason), agent.stderr());
    assertTrue(agent.stderr().startsWith("secmem-agent: "), agent.stderr());
    assertFalse(agent.stderr().contains("\tat "), agent.stderr());
  }

  @Test
  void aSecondAgentOnThePathEndsWithAMessageAndTheFirstServesOn() {
    try (AgentProcess first = AgentProcess.with().socket(socket.toString()).start()) {
      try (RawClient client = first.connect()) {
        client.put("k 60000", "value");
        try (AgentProcess second = AgentProcess.with().socket(socket.toString()).launch()) {
          expectRefusedStart(second, socket.toString());
        }
        assertEquals("value", client.ask("GET k").text());
      }
      try (RawClient late = first.connect()) {
        assertEquals("value", late.ask("GET k").text(), "the path still leads to the first");
      }
    }
  }

  @Test
  void ofSeveralAgentsThatStartAtOnceOneServes() {
    try (AgentProcess a = AgentProcess.with().socket(socket.toString()).launch();
        AgentProcess b = AgentProcess.with().socket(socket.toString()).launch();
        AgentProcess c = AgentProcess.with().socket(socket.toString()).launch()) {
      Await.until(
          "two of three have ended",
          () -> (a.isAlive() ? 0 : 1) + (b.isAlive() ? 0 : 1) + (c.isAlive() ? 0 : 1) == 2);
      AgentProcess winner = a.isAlive() ? a : b.isAlive() ? b : c;
      winner.awaitServing();
      assertEquals(0, winner.stop());
    }
  }

  @Test
  void anAgentThatIsStoppedForAWhileIsNotTakenForDead() {
    try (AgentProcess first = AgentProcess.with().socket(socket.toString()).start()) {
      try (RawClient client = first.connect()) {
        client.put("k 600000", "value");
      }
      first.signal(19);
      try (AgentProcess second = AgentProcess.with().socket(socket.toString()).launch()) {
        expectRefusedStart(second, socket.toString());
      } finally {
        first.signal(18);
      }
      try (RawClient client = first.connect()) {
        assertEquals("value", client.ask("GET k").text());
      }
    }
  }

  @Test
  void whatTookTheSocketsPlaceMeanwhileIsNotRemoved() throws IOException {
    try (AgentProcess agent = AgentProcess.with().socket(socket.toString()).start()) {
      Files.delete(socket);
      Files.writeString(socket, "precious");
      assertEquals(0, agent.stop());
    }
    assertEquals("precious", Files.readString(socket));
    Files.delete(socket);
    try (AgentProcess agent = AgentProcess.with().socket(socket.toString()).start()) {
      Files.delete(socket);
      assertEquals(0, agent.stop(), agent::stderr);
    }
  }

  @Test
  void whoHasNoDefaultPathIsToldHowToNameOne() {
    Needs.otherUids();
    Programs.Result result =
        Programs.run(
            "setpriv",
            "--reuid",
            "7001",
            "--regid",
            "7001",
            "--clear-groups",
            Distribution.readableHome().resolve("bin/secmem-agent").toString());
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().contains("SECMEM_SOCK"), result.err());
  }

  @Test
  void aDeadAgentsSocketIsReplaced() {
    try (AgentProcess dead = AgentProcess.with().socket(socket.toString()).start()) {
      dead.signal(AgentProcess.SIGKILL);
      assertEquals(128 + AgentProcess.SIGKILL, dead.await());
    }
    assertTrue(Files.exists(socket));
    try (AgentProcess next = AgentProcess.with().socket(socket.toString()).start();
        RawClient client = next.connect()) {
      client.put("k 60000", "value");
    }
    assertFalse(Files.exists(socket));
  }

  @Test
  void whatIsNoSocketIsNeverRemoved() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    Path inner = Files.createDirectory(folder.resolve("folder"));
    for (Path path : new Path[] {file, link, inner}) {
      try (AgentProcess agent = AgentProcess.with().socket(path.toString()).launch()) {
        expectRefusedStart(agent, path.toString());
      }
    }
    assertEquals("precious", Files.readString(file));
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.isDirectory(inner));
  }

  @Test
  void aFolderThatIsMissingOrWritableByOthersIsRefused() throws IOException {
    try (AgentProcess agent = AgentProcess.with().socket(folder + "/none/a.sock").launch()) {
      expectRefusedStart(agent, "does not exist");
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (AgentProcess agent = AgentProcess.with().socket(socket.toString()).launch()) {
      expectRefusedStart(agent, folder.toString());
    }
    assertFalse(Files.exists(socket));
  }

  @Test
  void aPathThatNoSocketCanHaveIsRefused() {
    String path = folder + "/" + "s".repeat(200);
    try (AgentProcess agent = AgentProcess.with().socket(path).launch()) {
      assertNotEquals(0, agent.await());
      assertTrue(agent.stderr().contains("107"), agent.stderr());
    }
  }

  @Test
  void theSocketsModeFollowsWhoIsAdmitted() throws IOException {
    String[][] cases = {
      {"rw-------"}, {"rw-rw-rw-", "--allow-uid", "7001"}, {"rw-rw----", "--socket-mode", "0660"}
    };
    for (String[] one : cases) {
      String[] arguments = java.util.Arrays.copyOfRange(one, 1, one.length);
      AgentOptions options = AgentProcess.with(arguments).socket(socket.toString());
      try (AgentProcess agent = options.launch()) {
        // Looked at as soon as it is there: it never had another one.
        Await.until("the socket is there", () -> Files.exists(socket));
        assertEquals(one[0], mode(socket));
        agent.awaitServing();
        assertEquals(one[0], mode(socket));
      }
    }
  }

  @Test
  void theDefaultFolderIsMadeClosedToOthers() throws IOException {
    try (AgentProcess agent =
        AgentProcess.with()
            .defaultSocket(folder.resolve("secmem/agent.sock").toString())
            .environment("XDG_RUNTIME_DIR", folder.toString())
            .start()) {
      assertEquals("rwx------", mode(folder.resolve("secmem")));
      assertTrue(agent.isAlive());
    }
    try (AgentProcess agent =
        AgentProcess.with()
            .defaultSocket(socket.toString())
            .environment("SECMEM_SOCK", socket.toString())
            .start()) {
      Programs.Result result =
          Programs.run(
              Map.of("SECMEM_SOCK", socket.toString()), "v", Distribution.ctl(), "put", "k");
      assertEquals(0, result.code(), result.err());
      assertTrue(agent.isAlive());
    }
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The agent looks after its socket. */
class SocketWatchIT {
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private Path folder;
  private Path socket;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Distribution.temporaryFolder("secmem-it-watch-");
    socket = Files.createDirectory(folder.resolve("run")).resolve("a.sock");
  }

  @AfterEach
  void removeFolder() {
    Distribution.delete(folder);
  }

  private AgentProcess start(String... more) {
    return AgentProcess.with("--socket-check", "30ms")
        .arguments(more)
        .socket(socket.toString())
        .start();
  }

  private static void awaitStderr(AgentProcess agent, String text) {
    Await.until(text + ": " + agent.stderr(), () -> agent.stderr().contains(text));
  }

  @Test
  void aRemovedSocketIsMadeAgainAndNothingIsLost() throws IOException {
    try (AgentProcess agent = start("--allow-uid", "7001");
        RawClient before = agent.connect()) {
      before.put("k 600000", "value");
      for (int round = 0; round < 10; round++) {
        Files.delete(socket);
        Await.until("it is there again", () -> Files.exists(socket));
        agent.awaitServing();
        assertEquals(
            "rw-rw-rw-", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        try (RawClient client = agent.connect()) {
          assertEquals("value", client.ask("GET k").text());
        }
        assertEquals("value", before.ask("GET k").text(), "the connection stayed");
      }
      awaitStderr(agent, "was gone and is made again");
      assertEquals(0, agent.stop());
    }
    assertFalse(Files.exists(socket));
  }

  @Test
  void whenItsFolderIsGoneTheAgentWipesAndEndsWell() throws IOException {
    try (AgentProcess agent = start();
        RawClient client = agent.connect()) {
      client.put("k 600000", "value");
      Distribution.delete(folder.resolve("run"));
      assertEquals(0, agent.await());
      assertTrue(agent.stderr().contains("is gone; wiping everything"), agent.stderr());
      assertTrue(agent.stderr().contains("\"event\":\"stop\""), agent.stderr());
      client.expectEnd();
    }
    Files.createDirectory(folder.resolve("run"));
    try (AgentProcess agent = start()) {
      Files.move(folder.resolve("run"), folder.resolve("other"));
      Files.createDirectory(folder.resolve("run"));
      assertEquals(0, agent.await(), "a new folder of that name is another login's");
      assertFalse(Files.exists(socket));
    }
  }

  @Test
  void whenAnotherAgentAnswersThereItSaysSoAndEndsBadly() throws IOException {
    try (AgentProcess first = start()) {
      first.signal(SIGSTOP); // or it would be back before the second is there
      Files.delete(socket);
      try (AgentProcess second = start();
          RawClient client = second.connect()) {
        client.put("k 600000", "value");
        first.signal(SIGCONT);
        assertEquals(1, first.await());
        assertTrue(
            first
                .stderr()
                .contains("another agent (pid " + second.pid() + ") answers at " + socket),
            first.stderr());
        assertEquals("value", client.ask("GET k").text());
        try (RawClient late = second.connect()) {
          assertEquals("value", late.ask("GET k").text(), "its socket stayed");
        }
      }
    }
  }

  @Test
  void whatSomebodyPutThereIsLeftAndSaidOnce() throws IOException {
    try (AgentProcess agent = start()) {
      agent.signal(SIGSTOP);
      Files.delete(socket);
      Files.writeString(socket, "precious");
      agent.signal(SIGCONT);
      awaitStderr(agent, "no socket of this user's");
      assertEquals("precious", Files.readString(socket));
      Files.delete(socket);
      awaitStderr(agent, "is made again");
      assertEquals(2, agent.stderr().split("no socket of this user's", -1).length);
      agent.awaitServing();
    }
  }

  @Test
  void theLookIsNeitherAuditedNorCounted() {
    try (AgentProcess agent = start("--max-connections", "1", "--audit", "all")) {
      try (RawClient only = onlyClient(agent)) {
        for (int i = 0; i < 20; i++) {
          Await.sleep(20);
          only.ask("HELLO").close();
        }
        assertTrue(only.ask("METRICS").text().contains("secmem_connections 1\n"));
      }
      assertEquals(0, agent.stop());
      String own = "\"pid\":" + agent.pid() + ",";
      long lines =
          agent
              .stderr()
              .lines()
              .filter(line -> line.startsWith("{") && line.contains(own))
              .filter(line -> !line.contains("\"event\":\"st")) // start and stop
              .count();
      assertEquals(0, lines, agent.stderr());
      assertFalse(agent.stderr().contains("does not lead here"), agent.stderr());
    }
  }

  /** The connection that was there before, to see that the agent serves, ends a little later. */
  private static RawClient onlyClient(AgentProcess agent) {
    RawClient[] only = new RawClient[1];
    Await.until(
        "there is room for one",
        () -> {
          RawClient client = agent.connect();
          String code;
          try {
            code = client.code("HELLO");
          } catch (AssertionError e) {
            code = "busy"; // refused before it could send
          }
          if (code.equals("ok")) {
            only[0] = client;
            return true;
          }
          client.close();
          return false;
        });
    return only[0];
  }

  @Test
  void aCommandIsNotEndedByTheLossOfItsSocket() {
    String script =
        "printf x | secmemctl put k && d=$(dirname $SECMEM_SOCK) && rm -r $d && sleep 3"
            + " && echo still here";
    Programs.Result result =
        Programs.run(Distribution.agent(), "--socket-check", "30ms", "--", "sh", "-c", script);
    assertEquals(0, result.code(), result.err());
    assertEquals("still here\n", result.text());
    assertTrue(result.err().contains("no new client can come"), result.err());
    assertEquals(2, result.err().split("no new client can come", -1).length, result.err());
  }
}

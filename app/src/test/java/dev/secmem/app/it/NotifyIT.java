package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the agent tells a service manager (sd_notify(3)). */
class NotifyIT {
  private static final String OWN_WATCHDOG = "WATCHDOG_PID=$$ exec \"$@\"";

  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = Distribution.temporaryFolder("secmem-it-notify-");
  }

  @AfterEach
  void removeFolder() {
    Distribution.delete(folder);
  }

  private NotifySocket manager() {
    return new NotifySocket(folder.resolve("notify").toString());
  }

  private static AgentOptions told(NotifySocket manager, String... arguments) {
    return AgentProcess.with(arguments).environment("NOTIFY_SOCKET", manager.address());
  }

  @Test
  void readyWhenItServesThenCountsThenStopping() {
    try (NotifySocket manager = manager();
        AgentProcess agent = told(manager, "--socket-check", "50ms").launch()) {
      assertEquals("READY=1\nSTATUS=0 secrets, 0 connections", manager.await("READY=1"));
      try (RawClient client = agent.connect()) {
        client.put("hidden-name 600000", "hidden-value");
        manager.await("STATUS=1 secrets, 1 connections");
      }
      manager.await("STATUS=1 secrets, 0 connections");
      agent.signal(AgentProcess.SIGTERM);
      manager.await("STOPPING=1");
      assertEquals(0, agent.await());
      assertNull(manager.next(100), "nothing after STOPPING");
      for (String message : manager.seen()) {
        assertFalse(message.contains("hidden"), message);
        assertFalse(message.contains("WATCHDOG"), message);
      }
    }
  }

  @Test
  void anAbstractSocketIsToldToo() {
    try (NotifySocket manager = new NotifySocket("@" + folder + "/abstract");
        AgentProcess agent = told(manager).launch()) {
      manager.await("READY=1");
      assertEquals(0, agent.stop());
      manager.await("STOPPING=1");
    }
  }

  @Test
  void theWatchdogIsFedWhileTheAgentAnswersAndNotWhenItDoesNot() throws IOException {
    try (NotifySocket manager = manager();
        AgentProcess agent =
            told(manager)
                .environment("WATCHDOG_USEC", "400000")
                .wrapper("sh", "-c", OWN_WATCHDOG, "sh")
                .launch()) {
      manager.await("READY=1");
      for (int i = 0; i < 5; i++) {
        manager.await("WATCHDOG=1");
      }
      Path socket = Path.of(agent.socket());
      Files.delete(socket);
      // Under the same name at once, or the agent would make it again.
      Files.writeString(folder.resolve("file"), "in the way");
      boolean inTheWay = false;
      while (!inTheWay) {
        Files.deleteIfExists(socket);
        try {
          Files.createLink(socket, folder.resolve("file"));
          inTheWay = true;
        } catch (java.nio.file.FileAlreadyExistsException e) {
          inTheWay = false;
        }
      }
      Await.until("it says so", () -> agent.stderr().contains("no socket of this user's"));
      while (manager.next(1) != null) {
        assertTrue(agent.isAlive());
      }
      assertNull(manager.next(1500), "fed without an answer");
      Files.delete(socket);
      manager.await("WATCHDOG=1");
      Await.until("it says so", () -> agent.stderr().contains("is made again"));
    }
  }

  @Test
  void anotherProcessesWatchdogIsNotFed() {
    try (NotifySocket manager = manager();
        AgentProcess agent =
            told(manager, "--socket-check", "20ms")
                .environment("WATCHDOG_USEC", "100000")
                .environment("WATCHDOG_PID", "1")
                .start()) {
      manager.await("READY=1");
      for (int i = 0; i < 20; i++) {
        String message = manager.next(50);
        assertTrue(message == null || !message.contains("WATCHDOG"), message);
      }
      assertTrue(agent.isAlive());
    }
  }

  @Test
  void aManagerThatIsNotThereIsSaidOnceAndTheAgentServes() {
    try (AgentProcess agent =
        AgentProcess.with("--socket-check", "20ms")
            .environment("NOTIFY_SOCKET", folder.resolve("none").toString())
            .start()) {
      try (RawClient client = agent.connect()) {
        client.put("k 60000", "v");
      }
      assertEquals(0, agent.stop());
      assertEquals(2, agent.stderr().split("cannot be told", -1).length, agent.stderr());
    }
    try (AgentProcess agent =
        AgentProcess.with().environment("NOTIFY_SOCKET", "vsock:2:1234").start()) {
      assertTrue(agent.stderr().contains("NOTIFY_SOCKET"), agent.stderr());
    }
  }

  @Test
  void theCommandSeesNothingOfTheManager() {
    try (NotifySocket manager = manager()) {
      Map<String, String> variables =
          Map.of(
              "NOTIFY_SOCKET", manager.address(),
              "WATCHDOG_USEC", "60000000",
              "WATCHDOG_PID", "1",
              "LISTEN_PID", "1",
              "LISTEN_FDS", "1",
              "LISTEN_FDNAMES", "x",
              "NOTIFY_SOCKETS", "kept");
      Programs.Result result = Programs.run(variables, "", Distribution.agent(), "--", "env");
      assertEquals(0, result.code(), result.err());
      List<String> lines = List.of(result.text().split("\n"));
      assertTrue(lines.contains("NOTIFY_SOCKETS=kept"), result.text());
      assertTrue(
          lines.stream()
              .noneMatch(
                  line ->
                      line.matches("(NOTIFY_SOCKET|WATCHDOG_|LISTEN_).*=.*")
                          && !line.startsWith("NOTIFY_SOCKETS=")),
          result.text());
      manager.await("READY=1");
      manager.await("STOPPING=1");
    }
  }
}

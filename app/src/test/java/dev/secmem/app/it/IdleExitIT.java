package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code --exit-after}: an agent that nobody needs ends. */
class IdleExitIT {
  private static AgentProcess launch(String time) {
    return AgentProcess.with("--exit-after", time, "--socket-check", "1h").launch();
  }

  @Test
  void withoutSecretsAndClientsItEndsAndSaysSo() {
    try (AgentProcess agent = launch("300ms")) {
      assertEquals(0, agent.await());
      assertTrue(agent.stderr().contains("no secrets and no clients"), agent.stderr());
      assertTrue(agent.stderr().contains("\"event\":\"stop\""), agent.stderr());
      assertFalse(Files.exists(Path.of(agent.socket())));
    }
  }

  @Test
  void aClientKeepsItAndSoDoesASecretUntilItsTimeIsOver() {
    try (AgentProcess agent =
        AgentProcess.with("--exit-after", "3s", "--socket-check", "20ms").start()) {
      RawClient client = agent.connect();
      client.ask("HELLO").close();
      Await.sleep(3500);
      assertTrue(agent.isAlive(), "a client is there");
      client.put("k 5000", "value");
      client.close();
      Await.sleep(4000);
      assertTrue(agent.isAlive(), "a secret is there");
      assertEquals(0, agent.await());
    }
  }

  @Test
  void whatWasAcceptedIsNeverLostByIt() {
    int kept = 0;
    int gone = 0;
    for (int round = 0; round < 12; round++) {
      try (AgentProcess agent =
          AgentProcess.with("--exit-after", "60ms", "--socket-check", "5ms").launch()) {
        Await.until(
            "it began to serve", () -> agent.stderr().contains("serves at") || !agent.isAlive());
        Await.sleep(40 + round * 4L);
        if (putOk(agent)) {
          kept++;
          try (RawClient later = agent.connect()) {
            assertEquals("value", later.ask("GET k").text(), "round " + round);
          }
          assertEquals(0, agent.stop());
        } else {
          gone++;
          assertEquals(0, agent.await());
        }
      }
    }
    assertEquals(12, kept + gone);
  }

  private static boolean putOk(AgentProcess agent) {
    try (RawClient client = agent.connect();
        Reply reply = client.tryPut("k 600000", "value")) {
      return reply.isOk();
    } catch (AssertionError | RawClient.RefusedException e) {
      return false; // no socket, or the connection ended
    }
  }

  @Test
  void withACommandItIsRefused() {
    Programs.Result result =
        Programs.run(Distribution.agent(), "--exit-after", "15m", "--", "true");
    assertEquals(2, result.code(), result.err());
    assertTrue(result.err().contains("--exit-after"), result.err());
    result = Programs.run(Distribution.agent(), "--exit-after", "0s");
    assertEquals(2, result.code(), result.err());
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** SIGUSR1 asks the agent for its status. */
class StatusSignalIT {
  private static final int SIGUSR1 = 10;
  private static final String MARK = "secmem-agent: status: ";

  private static long lines(String stderr) {
    return stderr.lines().filter(line -> line.startsWith(MARK)).count();
  }

  @Test
  void theStatusIsWrittenAndTheAgentServesOn() {
    Needs.signal(SIGUSR1);
    try (AgentProcess agent = AgentProcess.with("--log-level", "error").start();
        RawClient client = agent.connect()) {
      client.put("hidden-name 600000", "hidden-value");
      client.awaitAlone();
      agent.signal(SIGUSR1);
      Await.until("the status is written", () -> lines(agent.stderr()) == 1);
      String line =
          agent.stderr().lines().filter(text -> text.startsWith(MARK)).findFirst().orElseThrow();
      assertTrue(line.startsWith(MARK + "{\"protocol\":1,\"server\":\"secmem-agent/"), line);
      assertTrue(line.contains("\"counts\":{\"secrets\":1,\"bytes\":12,\"connections\":1}"), line);
      assertTrue(line.endsWith("}"), line);
      assertFalse(line.contains("hidden"), line);
      assertEquals("hidden-value", client.ask("GET hidden-name").text());
    }
  }

  @Test
  void manySignalsDisturbNobody() {
    Needs.signal(SIGUSR1);
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      client.put("k 600000", "value");
      for (int i = 0; i < 200; i++) {
        agent.signal(SIGUSR1);
        assertEquals("value", client.ask("GET k").text());
      }
      Await.until("some were answered", () -> lines(agent.stderr()) > 0);
      assertEquals(0, agent.stop());
    }
  }

  @Test
  void withACommandTooAndTheCommandIsNotDisturbed() {
    Needs.signal(SIGUSR1);
    Programs.Result result =
        Programs.run(
            "sh",
            "-c",
            "exec " + Distribution.agent() + " -- sh -c 'kill -USR1 $PPID; sleep 1; echo end'");
    assertEquals("end\n", result.text(), result.err());
    assertEquals(1, lines(result.err()), result.err());
  }

  @Test
  void whoIgnoredItGoesOnToIgnoreIt() {
    Needs.signal(SIGUSR1);
    try (AgentProcess agent =
        AgentProcess.with().wrapper("sh", "-c", "trap '' USR1; exec \"$@\"", "sh").start()) {
      agent.signal(SIGUSR1);
      Await.sleep(300);
      assertTrue(agent.isAlive());
      assertEquals(0, lines(agent.stderr()), agent.stderr());
    }
  }
}

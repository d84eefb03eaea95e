package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the agent, and sudden ends of its clients. */
class ShutdownIT {

  @ParameterizedTest
  @ValueSource(ints = {AgentProcess.SIGTERM, AgentProcess.SIGINT, 1})
  void aSignalEndsTheAgentWithClientsConnectedAndRemovesTheSocket(int signal) {
    Needs.signal(signal);
    try (AgentProcess agent = AgentProcess.with().start()) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(agent.connect());
      }
      clients.get(0).put("k 60000", "value");
      clients.get(1).send("GET k\n".repeat(200)); // replies that nobody reads
      clients.get(2).send("GET");
      clients.get(3).ask("GET k").close();
      agent.signal(signal);
      assertEquals(0, agent.await(), agent::stderr);
      assertFalse(Files.exists(Path.of(agent.socket())), "the socket is removed");
      clients.get(4).expectEnd();
      clients.forEach(RawClient::close);
      List<String> audit = agent.stderr().lines().filter(line -> line.startsWith("{")).toList();
      assertTrue(audit.get(audit.size() - 1).contains("\"event\":\"stop\""), agent.stderr());
      assertFalse(agent.stderr().contains("value"), "no secret in the log");
    }
  }

  @Test
  void clientsThatAreKilledInTheMiddleLeaveNothingBehind() throws Exception {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with().start()) {
      try (RawClient warm = agent.connect()) {
        warm.put("k 60000", "value");
        warm.ask("GET k").close();
      }
      OpenDescriptors descriptors = new OpenDescriptors(agent.pid());
      for (int round = 0; round < 5; round++) {
        Process victim = KilledClient.start(agent.socket());
        for (int i = 0; i < 50 + 40 * round; i++) {
          assertTrue(victim.getInputStream().read() >= 0, "the client works");
        }
        victim.destroyForcibly().waitFor();
        try (RawClient other = agent.connect()) {
          assertEquals("value", other.ask("GET k").text());
        }
      }
      descriptors.expectNoMore();
      assertEquals(0, agent.stop());
    }
  }
}

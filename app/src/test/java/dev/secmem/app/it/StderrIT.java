package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A standard error that takes nothing never stops a request. */
class StderrIT {

  @ParameterizedTest
  @EnumSource(
      value = AgentOptions.Stderr.class,
      names = {"BLOCKED", "READER_GONE", "CLOSED"})
  void requestsGoOnWhenStandardErrorIs(AgentOptions.Stderr kind) {
    try (AgentProcess agent = AgentProcess.with().stderr(kind).start()) {
      try (RawClient client = agent.connect()) {
        client.put("k 600000", "value");
        StringBuilder gets = new StringBuilder();
        for (int i = 0; i < 500; i++) {
          gets.append("STAT k\n");
        }
        for (int round = 0; round < 10; round++) { // 2 MiB of audit lines
          client.send(gets.toString());
          for (int i = 0; i < 500; i++) {
            assertEquals("ok", client.reply().code());
          }
          assertEquals("value", client.ask("GET k").text());
          client.ask("AUDIT 1").close(); // by then the lines before are written: none is dropped
        }
        List<String> ring = client.ask("AUDIT 10000").text().lines().toList();
        AuditChain.verify(ring);
        assertTrue(ring.size() > 5000, "the ring has them all: " + ring.size());
        Metrics metrics = Metrics.parse(client.ask("METRICS").text());
        assertEquals(0, metrics.value("secmem_audit_dropped_total"));
        if (Kernel.isRoot()) {
          String second = OpenDescriptors.list(agent.pid()).getOrDefault(2, "nothing");
          assertFalse(
              second.startsWith("socket:") || second.contains("memfd"),
              "audit lines must not go to what came to be number 2: " + second);
        }
      }
      assertEquals(0, agent.stop());
    }
  }

  @Test
  void linesThatStandardErrorCouldNotTakeAreCountedOnceItTakesThemAgain() throws Exception {
    try (AgentProcess agent = AgentProcess.with().stderr(AgentOptions.Stderr.BLOCKED).start();
        RawClient client = agent.connect()) {
      for (int round = 0; round < 12; round++) {
        client.send("STAT k\n".repeat(500));
        for (int i = 0; i < 500; i++) {
          client.reply().close();
        }
      }
      // Everything asked before is on its way to standard error once this is answered.
      long seq = Json.number(client.ask("AUDIT 1").text(), "seq");
      String text = agent.readStderrUntil("lines dropped");
      List<String> lines = text.lines().toList();
      String note = lines.get(lines.size() - 1);
      assertTrue(note.matches("secmem-agent: [1-9][0-9]* lines dropped: .*"), note);
      long written = lines.stream().filter(line -> line.startsWith("{")).count();
      long dropped = Long.parseLong(note.split(" ")[1]);
      // The audit of AUDIT itself may be among them.
      assertTrue(written + dropped >= seq, written + " + " + dropped + " of " + seq);
      assertTrue(written + dropped <= seq + 1, written + " + " + dropped + " of " + seq);
    }
  }

  @Test
  void theLogLevelLeavesOutWhatIsLessImportant() {
    try (AgentProcess agent = AgentProcess.with("--log-level", "error").start()) {
      assertEquals(0, agent.stop());
      assertTrue(agent.stderr().lines().allMatch(line -> line.startsWith("{")), agent.stderr());
    }
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The audit: complete, chained, the same in the ring and on standard error, never with a secret.
 */
class AuditIT {

  private static List<String> audit(RawClient client, int count) {
    Reply reply = client.ask("AUDIT " + count);
    List<String> lines = reply.text().lines().toList();
    assertEquals(lines.size(), reply.number("count"));
    return lines;
  }

  private static List<String> onStderr(AgentProcess agent) {
    return agent.stderr().lines().filter(line -> line.startsWith("{")).toList();
  }

  @Test
  void theChainHoldsFromTheStartToTheHeadThatStatusGives() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      client.put("k 60000 once", "tellnobody");
      client.ask("GET k").close();
      client.ask("GET k").close();
      client.ask("DEL none").close();
      client.ask("PUT k 0").close();
      client.ask("GET bad*name").close();
      List<String> lines = audit(client, 10_000);
      AuditChain.verify(lines);
      assertEquals("0".repeat(64), Json.value(lines.get(0), "prev"));
      assertEquals("start", Json.value(lines.get(0), "event"));
      assertEquals(1, Json.number(lines.get(0), "seq"));
      String status = client.ask("STATUS").text();
      assertTrue(Json.number(status, "seq") >= Json.number(lines.get(lines.size() - 1), "seq"));
      List<String> more = audit(client, 10_000);
      AuditChain.verify(more);
      assertTrue(
          more.stream().anyMatch(line -> AuditChain.hash(line).equals(Json.value(status, "head"))));
      assertEquals(lines, more.subList(0, lines.size()));
      assertEquals(more.subList(more.size() - 2, more.size()), audit(client, 3).subList(0, 2));
      assertFalse(String.join("", more).contains("tellnobody"));
      assertEquals(
          List.of("ok", "ok", "not-found"),
          more.stream()
              .filter(line -> Json.value(line, "name").equals("k"))
              .filter(line -> !Json.value(line, "result").equals("bad-request"))
              .map(line -> Json.value(line, "result"))
              .toList());
      assertThrows(AssertionError.class, () -> AuditChain.verify(forged(more)), "positive control");
    }
  }

  private static List<String> forged(List<String> lines) {
    return lines.stream().map(line -> line.replace("\"not-found\"", "\"ok\"")).toList();
  }

  @Test
  void everyRequestAnsweredBeforeIsInTheAuditAndOneOfBadNameHasNone() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      for (int i = 0; i < 300; i++) {
        client.put("k" + i + " 60000", "v");
        String last = audit(client, 1).get(0);
        assertEquals("put", Json.value(last, "event"));
        assertEquals("k" + i, Json.value(last, "name"));
        assertEquals(Kernel.uid(), Json.number(last, "uid"));
        assertEquals(ProcessHandle.current().pid(), Json.number(last, "pid"));
      }
      client.ask("GET bad*name").close();
      String last = audit(client, 1).get(0);
      assertEquals("get", Json.value(last, "event"));
      assertEquals("bad-request", Json.value(last, "result"));
      assertEquals("null", Json.value(last, "name"));
      assertEquals("null", Json.value(last, "version"));
    }
  }

  @Test
  void standardErrorHasTheSameLinesAsTheRing() {
    try (AgentProcess agent = AgentProcess.with().start()) {
      List<String> ring;
      try (RawClient client = agent.connect()) {
        for (int i = 0; i < 500; i++) {
          client.put("k" + i % 7 + " 60000", "v");
        }
        ring = audit(client, 10_000);
      }
      assertEquals(0, agent.stop());
      List<String> written = onStderr(agent);
      AuditChain.verify(written);
      assertEquals(ring, written.subList(0, ring.size()));
      assertEquals("stop", Json.value(written.get(written.size() - 1), "event"));
    }
  }

  @Test
  void theRingKeepsTheNewestLinesWhenItIsFull() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 1000; i++) {
        lines.append("STAT none").append(i).append('\n');
      }
      for (int round = 0; round < 12; round++) {
        audit(client, 1); // by then the lines before are written: none is dropped
        client.send(lines.toString());
        for (int i = 0; i < 1000; i++) {
          assertEquals("not-found", client.reply().code());
        }
      }
      List<String> kept = audit(client, 10_000);
      AuditChain.verify(kept);
      assertTrue(kept.size() > 5000, kept.size() + " lines");
      assertEquals(
          "none999", Json.value(kept.get(kept.size() - 1), "name"), kept.get(kept.size() - 1));
      assertEquals(100, client.ask("AUDIT").number("count"));
    }
  }

  @Test
  void theFilterLeavesOutWhatChangesNothingOrAllThatWasAllowed() {
    try (AgentProcess agent = AgentProcess.with("--audit", "changes").start();
        RawClient client = agent.connect()) {
      client.put("k 60000", "v");
      client.ask("GET k").close();
      client.ask("GET none").close();
      client.ask("DEL k").close();
      assertEquals("start put get del", events(client));
    }
    try (AgentProcess agent = AgentProcess.with("--audit", "denied").start();
        RawClient client = agent.connect()) {
      client.put("k 60000", "v");
      client.ask("GET k").close();
      client.ask("GET none").close();
      assertEquals("start get", events(client));
    }
  }

  private static String events(RawClient client) {
    List<String> lines = audit(client, 100);
    AuditChain.verify(lines);
    return String.join(" ", lines.stream().map(line -> Json.value(line, "event")).toList());
  }
}

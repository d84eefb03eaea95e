package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits: what is over them is refused, and nothing else changes. */
class QuotaIT {

  @Test
  void theNumberOfSecretsIsLimitedAndPutReplacesAtTheLimit() {
    try (AgentProcess agent = AgentProcess.with("--max-secrets", "3").start();
        RawClient client = agent.connect()) {
      for (int i = 0; i < 3; i++) {
        client.put("k" + i + " 60000", "value");
      }
      assertEquals("quota", client.tryPut("k3 60000", "value").code());
      assertEquals("not-found", client.code("GET k3"));
      client.put("k1 60000", "another");
      assertEquals("another", client.ask("GET k1").text());
      assertEquals("quota", client.tryPut("k3 60000 once", "value").code());
      client.put("k2 60000 once", "value");
      client.ask("GET k2").close();
      client.put("k3 60000", "value"); // the used-up one gave its place back
      client.put("k0 50", "value");
      Await.until(
          "an expired one gives its place back", () -> client.tryPut("k4 60000", "v").isOk());
      assertEquals("ok", client.code("DEL k1"));
      client.put("k5 60000", "value");
      assertEquals("quota", client.tryPut("k6 60000", "value").code());
      assertEquals(3, client.ask("LIST").number("count"));
      assertEquals(3, Json.number(client.ask("STATUS").text(), "secrets"));
    }
  }

  @Test
  void theMemoryIsLimitedAndARefusedReplacementLeavesTheOldValue() {
    int size = 100 * 1024;
    try (AgentProcess agent =
            AgentProcess.with("--max-memory", "1m", "--max-secret-size", "256k").start();
        RawClient client = agent.connect()) {
      int count = 0;
      while (client.tryPut("k" + count + " 60000", pattern(size, count)).isOk()) {
        count++;
        assertTrue(count <= 10, "more than the limit");
      }
      assertTrue(count >= 7, "only " + count + " of 100 KiB in 1 MiB");
      assertEquals("quota", client.tryPut("more 60000", pattern(size, 0)).code());
      for (int i = 0; i < count; i++) {
        assertEquals(pattern(size, i), client.ask("GET k" + i).text(), "k" + i + " is whole");
      }
      // While a value is replaced both are stored: at the limit there may be no room for that.
      String replaced = client.tryPut("k0 60000", pattern(size, 100)).code();
      assertTrue(replaced.equals("ok") || replaced.equals("quota"), replaced);
      int seed = replaced.equals("ok") ? 100 : 0;
      assertEquals(pattern(size, seed), client.ask("GET k0").text());
      for (int i = 0; i < count; i++) {
        assertEquals("ok", client.code("DEL k" + i));
      }
      for (int i = 0; i < count; i++) {
        client.put("again" + i + " 60000", pattern(size, i));
      }
      assertEquals(count, Json.number(client.ask("STATUS").text(), "secrets"));
      assertEquals((long) count * size, Json.number(client.ask("STATUS").text(), "bytes"));
    }
  }

  private static String pattern(int size, int seed) {
    return String.valueOf((char) ('a' + seed % 26)).repeat(size - 4) + "%04d".formatted(seed);
  }

  @Test
  void manySmallSecretsFillManySlabsAndAllAreServed() {
    int count = 20_000;
    try (AgentProcess agent = AgentProcess.with("--max-memory", "16m").start();
        RawClient client = agent.connect()) {
      for (int i = 0; i < count; i++) {
        client.put("small/" + i + " 600000", "value of " + i);
      }
      for (int i = 0; i < count; i += 97) {
        assertEquals("value of " + i, client.ask("GET small/" + i).text());
      }
      Reply list = client.ask("LIST small/");
      assertEquals(count, list.number("count"));
      assertEquals(count, list.text().lines().count());
      for (int i = 0; i < count; i += 2) {
        assertEquals("ok", client.code("DEL small/" + i));
      }
      for (int i = 1; i < count; i += 98) {
        assertEquals("value of " + i, client.ask("GET small/" + i).text());
      }
    }
  }

  @Test
  void namesAndGrantsThatFillTheHeapAreRefusedAndListsStillWork() throws Exception {
    AgentOptions options = AgentProcess.with().environment("SECMEM_HEAP", "24m");
    try (AgentProcess agent = options.start();
        RawClient client = agent.connect()) {
      String grants = " 600000 allow=" + "uid:1000000000,gid:1000000000".repeat(1);
      int value = Kernel.memfd("value");
      int count = 0;
      String code;
      while ((code = client.code("PUT " + longName(count) + grants, value)).equals("ok")) {
        count++;
      }
      assertEquals("quota", code);
      assertTrue(count > 1000, "only " + count);
      List<Thread> readers = new ArrayList<>();
      List<Object> answers = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 6; i++) {
        Thread reader =
            new Thread(
                () -> {
                  try (RawClient one = agent.connect()) {
                    answers.add(one.ask("LIST").text().lines().count());
                    answers.add(one.ask("AUDIT 10000").code());
                  }
                });
        readers.add(reader);
        reader.start();
      }
      for (Thread reader : readers) {
        reader.join();
      }
      assertEquals(6, java.util.Collections.frequency(answers, (long) count), answers.toString());
      assertEquals(6, java.util.Collections.frequency(answers, "ok"), answers.toString());
      assertEquals("ok", client.code("DEL " + longName(0)));
      assertEquals("ok", client.code("PUT " + longName(0) + grants, value));
      dev.secmem.linux.Descriptor.close(value);
    }
  }

  private static String longName(int number) {
    return "n".repeat(190) + "%08d".formatted(number);
  }

  @Test
  void oneUidMayHaveItsShareOfSecretsAndTheOthersHaveTheRest() {
    Needs.root();
    try (AgentProcess agent =
            AgentProcess.with("--allow-uid", "7001", "--max-secrets", "4").start();
        RawClient greedy = agent.connectAs(7001);
        RawClient other = agent.connect()) {
      greedy.put("a 60000", "v");
      greedy.put("b 60000", "v");
      assertEquals("quota", greedy.tryPut("c 60000", "v").code());
      greedy.put("b 60000", "replaced");
      other.put("a 60000", "v");
      other.put("b 60000", "v");
      assertEquals("quota", other.tryPut("c 60000", "v").code());
      assertEquals("replaced", greedy.ask("GET b").text());
    }
  }

  @Test
  void oneUidMayHaveItsShareOfMemory() {
    Needs.root();
    byte[] value = new byte[300 * 1024];
    try (AgentProcess agent =
            AgentProcess.with("--allow-uid", "7001", "--max-memory", "1m", "--uid-share", "40")
                .start();
        RawClient greedy = agent.connectAs(7001);
        RawClient other = agent.connect()) {
      assertEquals("ok", greedy.tryPut("a 60000", value).code());
      assertEquals("quota", greedy.tryPut("b 60000", value).code());
      assertEquals("ok", other.tryPut("a 60000", value).code());
    }
  }

  @Test
  void sixHundredConnectionsOverTheLimitAreToldBusyAndTheOthersGoOn() {
    int limit = 20;
    try (AgentProcess agent =
        AgentProcess.with("--max-connections", Integer.toString(limit)).start()) {
      List<RawClient> served = new ArrayList<>();
      for (int i = 0; i < limit; i++) {
        RawClient client = agent.connect();
        Await.until("a place is free", () -> client.code("HELLO").equals("ok"));
        served.add(client);
      }
      served.get(0).put("k 60000", "value");
      served.get(0).ask("GET k").close();
      OpenDescriptors descriptors = Kernel.isRoot() ? new OpenDescriptors(agent.pid()) : null;
      List<RawClient> refused = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        refused.add(agent.connect());
      }
      for (RawClient client : refused) {
        assertEquals("busy", client.reply().code());
        client.expectEnd();
      }
      for (RawClient client : served) {
        assertEquals("value", client.ask("GET k").text());
      }
      refused.forEach(RawClient::close);
      if (descriptors != null) {
        descriptors.expectNoMore();
      }
      Metrics metrics = Metrics.parse(served.get(0).ask("METRICS").text());
      assertTrue(metrics.value("secmem_connections_refused_total") >= 600);
      assertEquals(limit, metrics.value("secmem_connections"));
      served.remove(1).close();
      Await.until("a place is free again", () -> isServed(agent));
      served.forEach(RawClient::close);
    }
  }

  private static boolean isServed(AgentProcess agent) {
    try (RawClient client = agent.connect()) {
      client.send("HELLO\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      Reply reply = client.replyOrEnd();
      return reply != null && reply.isOk();
    } catch (dev.secmem.linux.LinuxException e) {
      return false;
    }
  }

  @Test
  void oneUidsShareOfConnectionsLeavesRoomForOthers() {
    Needs.root();
    try (AgentProcess agent =
        AgentProcess.with("--allow-uid", "7001", "--max-connections", "10").start()) {
      List<RawClient> greedy = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        RawClient client = agent.connectAs(7001);
        assertEquals("ok", client.code("HELLO"));
        greedy.add(client);
      }
      try (RawClient more = agent.connectAs(7001);
          RawClient other = agent.connect()) {
        assertEquals("busy", more.reply().code());
        assertEquals("ok", other.code("HELLO"));
      }
      greedy.forEach(RawClient::close);
    }
  }
}

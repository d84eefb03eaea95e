package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Memfd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HELLO, LIST, STATUS, METRICS: their form, and that they tell the truth. */
class ReportsIT {
  private static AgentProcess agent;
  private static RawClient client;

  @BeforeAll
  static void start() {
    agent =
        AgentProcess.with("--max-secrets", "500", "--max-ttl", "2d", "--default-ttl", "1h").start();
    client = agent.connect();
  }

  @AfterAll
  static void stop() {
    client.close();
    agent.close();
  }

  @Test
  void helloNamesProtocolAndServer() {
    String line = client.ask("HELLO").line();
    assertTrue(line.matches("OK protocol=1 server=secmem-agent/[0-9.]+\\S* locked=0"), line);
  }

  @Test
  void repliesHaveTheirFieldsInOrder() {
    String put = client.put("fields 60000", "abc").line();
    assertTrue(put.matches("OK version=\\d+"), put);
    Reply get = client.ask("GET fields");
    assertTrue(get.line().matches("OK version=\\d+ ttl_ms=\\d+ size=3 owner=\\d+"), get.line());
    get.close();
    String stat = client.ask("STAT fields").line();
    assertTrue(
        stat.matches(
            "OK version=\\d+ ttl_ms=\\d+ size=3 owner=\\d+ reads=1 reads_left=- bind=- grade=any"),
        stat);
    assertEquals("OK ttl_ms=5000", client.ask("TOUCH fields 5000").line());
    assertEquals("OK", client.ask("DEL fields").line());
  }

  @Test
  void everyBodyIsSealedAndReadFromItsStart() throws Exception {
    client.put("sealed 60000", "abc");
    int wanted = Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE | Memfd.SEAL_SEAL;
    for (String line : new String[] {"GET sealed", "LIST", "STATUS", "METRICS", "AUDIT"}) {
      Reply reply = client.ask(line);
      assertEquals(wanted, Memfd.seals(reply.descriptor()) & wanted, line);
      assertTrue(reply.body().length > 0, line);
    }
    assertEquals("ok", client.code("DEL sealed"));
  }

  @Test
  void theBodiesHaveTheKeysOfTheProtocol() {
    client.put("documented 60000 allow=uid:33", "abc");
    for (String line :
        new String[] {
          "LIST documented",
          "AUDIT 1",
          "WHOAMI",
          "EXPLAIN documented " + ProcessHandle.current().pid(),
          "STATUS"
        }) {
      Set<String> keys = new LinkedHashSet<>(Json.keys(client.ask(line).text()));
      assertEquals(
          List.copyOf(documentedKeys(line.split(" ")[0])), List.copyOf(keys), "of " + line);
    }
    assertEquals("ok", client.code("DEL documented"));
  }

  private static Set<String> documentedKeys(String kind) {
    StringBuilder text = new StringBuilder();
    boolean within = false;
    boolean section = false;
    for (String line : Programs.lines(Path.of("..", "docs", "PROTOCOL.md"))) {
      section |= line.startsWith("## Bodies in JSON");
      if (section && line.matches(" {4}[A-Z]+ .*")) {
        within = line.strip().startsWith(kind + " ");
      }
      text.append(within && line.startsWith("    ") ? line : "");
    }
    assertTrue(text.length() > 0, "the protocol shows " + kind);
    return new LinkedHashSet<>(Json.keys(text.toString()));
  }

  @Test
  void listHasOneObjectALineOrderedByTheBytesOfTheName() {
    List<String> names =
        List.of("l/B", "l/a", "l/a-", "l/a.", "l/aa", "l/b", "l/Z", "l/0", "l/:", "l/_");
    for (String name : names) {
      client.put(name + " 60000 reads=2 allow=uid:33,gid:34", "0123456789");
    }
    client.ask("GET l/a").close();
    Reply reply = client.ask("LIST l/");
    assertEquals(names.size(), reply.number("count"));
    List<String> found = new ArrayList<>();
    for (String line : reply.text().lines().toList()) {
      String name = Json.value(line, "name");
      found.add(name);
      int reads = name.equals("l/a") ? 1 : 0;
      assertTrue(
          line.matches(
              "\\{\"name\":\""
                  + name.replace(".", "\\.")
                  + "\",\"owner\":"
                  + Kernel.uid()
                  + ",\"version\":\\d+,\"size\":10,\"ttl_ms\":\\d+,\"reads\":"
                  + reads
                  + ",\"reads_left\":"
                  + (2 - reads)
                  + ",\"grants\":\\[\"uid:33\",\"gid:34\"\\],\"bind\":null,\"grade\":\"any\"\\}"),
          line);
    }
    assertEquals(names.stream().sorted().toList(), found);
    assertEquals(3, client.ask("LIST l/a").number("count") - 1);
    assertEquals(0, client.ask("LIST none").number("count"));
    assertEquals("", client.ask("LIST none").text());
    names.forEach(name -> assertEquals("ok", client.code("DEL " + name)));
  }

  @Test
  void statusHasItsKeysInOrderAndTellsTheLimits() {
    client.put("counted 60000", "0123456789");
    client.awaitAlone();
    Reply reply = client.ask("STATUS");
    assertEquals("OK", reply.line());
    String status = reply.text();
    assertEquals(
        List.of(
            "protocol",
            "server",
            "pid",
            "uptime_ms",
            "locked",
            "root",
            "store",
            "cipher",
            "transport",
            "java",
            "protections",
            "memory_locked",
            "key_arena",
            "not_dumpable",
            "core_dumps_off",
            "no_new_privs",
            "heap_not_dumped",
            "attach_off",
            "sandbox",
            "limits",
            "max_secrets",
            "max_secret_size",
            "max_memory",
            "max_connections",
            "max_ttl_ms",
            "default_ttl_ms",
            "counts",
            "secrets",
            "bytes",
            "connections",
            "audit",
            "seq",
            "head"),
        Json.keys(status));
    assertEquals(1, status.lines().count());
    assertEquals(agent.pid(), Json.number(status, "pid"));
    assertEquals("false", Json.value(status, "locked"));
    assertEquals("random", Json.value(status, "root"));
    assertEquals("memfd", Json.value(status, "store"));
    assertEquals(System.getProperty("java.version"), Json.value(status, "java"));
    assertEquals(500, Json.number(status, "max_secrets"));
    assertEquals(1 << 20, Json.number(status, "max_secret_size"));
    assertEquals(172_800_000, Json.number(status, "max_ttl_ms"));
    assertEquals(3_600_000, Json.number(status, "default_ttl_ms"));
    assertEquals(1, Json.number(status, "connections"));
    assertTrue(Json.value(status, "head").matches("[0-9a-f]{64}"), status);
    assertEquals("ok", client.code("DEL counted"));
  }

  @Test
  void metricsAreOpenMetricsAndCountWhatWasAsked() {
    client.put("metered 60000", "0123456789");
    Metrics before = Metrics.parse(client.ask("METRICS").text());
    assertEquals("histogram", before.types().get("secmem_request_seconds"));
    assertEquals("gauge", before.types().get("secmem_locked_memory_bytes"));
    assertEquals("counter", before.types().get("secmem_expiries"));
    for (int i = 0; i < 7; i++) {
      client.ask("GET metered").close();
      client.ask("GET none").close();
    }
    client.ask("NONSENSE").close();
    client.ask("GET  none").close();
    Metrics after = Metrics.parse(client.ask("METRICS").text());
    String ok = "secmem_request_seconds_count{verb=\"get\",result=\"ok\"}";
    String missing = "secmem_request_seconds_count{verb=\"get\",result=\"not-found\"}";
    assertEquals(7, after.value(ok) - (before.has(ok) ? before.value(ok) : 0));
    assertEquals(7, after.value(missing) - (before.has(missing) ? before.value(missing) : 0));
    assertEquals(1, difference(before, after, "secmem_unknown_verbs_total"));
    assertEquals(1, difference(before, after, "secmem_malformed_requests_total"));
    assertEquals(after.value(ok), after.value(bucket("+Inf")));
    assertTrue(after.value(bucket("+Inf")) >= after.value(bucket("0.001")));
    assertEquals(1, after.value("secmem_secrets") - 0);
    assertEquals(10, after.value("secmem_secret_bytes"));
    assertEquals("ok", client.code("DEL metered"));
  }

  private static String bucket(String bound) {
    return "secmem_request_seconds_bucket{verb=\"get\",result=\"ok\",le=\"" + bound + "\"}";
  }

  private static long difference(Metrics before, Metrics after, String name) {
    return after.value(name) - before.value(name);
  }
}

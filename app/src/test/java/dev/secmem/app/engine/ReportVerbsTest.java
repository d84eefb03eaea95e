package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.linux.OwnIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HELLO, LIST, STATUS, METRICS, AUDIT, by docs/PROTOCOL.md. */
final class ReportVerbsTest {
  private Parts parts;
  private Client alice;
  private Client bob;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    alice = parts.client(1000);
    bob = parts.client(1001);
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void helloSaysWhoItIs() {
    bob.call("HELLO").assertOk("protocol=1 server=secmem-agent/0.1.0 locked=0");
  }

  @Test
  void listShowsWhatTheCallerMayReadByNameThenOwner() {
    alice.call("PUT b - reads=3 allow=uid:1001,gid:7", "four");
    alice.call("PUT a/2 -", "");
    bob.call("PUT b -", "x");
    alice.call("PUT a:1 -", "");
    alice.call("PUT B -", "");
    alice.call("GET b");
    Answer list = alice.call("LIST");
    list.assertOk("count=4");
    List<String> lines = list.bodyText().lines().toList();
    assertTrue(lines.get(0).startsWith("{\"name\":\"B\""), "by bytes: capitals first");
    assertTrue(lines.get(1).startsWith("{\"name\":\"a/2\""));
    assertTrue(lines.get(2).startsWith("{\"name\":\"a:1\""));
    assertEquals(
        "{\"name\":\"b\",\"owner\":1000,\"version\":1,\"size\":4,\"ttl_ms\":T,\"reads\":1,"
            + "\"reads_left\":2,\"grants\":[\"uid:1001\",\"gid:7\"],\"bind\":null,\"grade\":\"any\"}",
        withoutTime(lines.get(3)));
    Answer bobs = bob.call("LIST b");
    bobs.assertOk("count=2");
    assertEquals(
        "{\"name\":\"b\",\"owner\":1000,\"version\":1,\"size\":4,\"ttl_ms\":T,\"reads\":1,"
            + "\"reads_left\":2,\"grants\":null,\"bind\":null,\"grade\":\"any\"}\n"
            + "{\"name\":\"b\",\"owner\":1001,\"version\":3,\"size\":1,\"ttl_ms\":T,\"reads\":0,"
            + "\"reads_left\":null,\"grants\":[],\"bind\":null,\"grade\":\"any\"}\n",
        withoutTime(bobs.bodyText()));
    alice.call("LIST a").assertOk("count=2");
    alice.call("LIST a/2x").assertOk("count=0");
    parts.client(0).call("LIST").assertOk("count=0");
  }

  @Test
  void ofOneNameTheSmallerOwnerIsFirst() {
    for (long uid = 2020; uid > 2000; uid--) {
      parts.client(uid).call("PUT k - allow=uid:1001", "x").assertOk();
    }
    long last = 0;
    for (String line : bob.call("LIST k").assertOk("count=20").bodyText().lines().toList()) {
      long owner = Long.parseLong(line.replaceAll(".*\"owner\":(\\d+),.*", "$1"));
      assertTrue(owner > last, owner + " after " + last);
      last = owner;
    }
  }

  @Test
  void theAuditNamesWhatWasAskedForAlsoWhereItFailed() {
    String tooMuch = "x".repeat((1 << 20) + 1);
    alice.call("PUT large -", tooMuch).assertFails(ErrorCode.TOO_LARGE);
    for (String line :
        List.of("DEL k1", "TOUCH k2 5", "GRANT k3 uid:1", "REVOKE k4 uid:1", "RENAME k5 k6")) {
      alice.call(line).assertFails(ErrorCode.NOT_FOUND);
    }
    alice.call("GET k7 owner=1001").assertFails(ErrorCode.NOT_FOUND);
    long version = alice.call("PUT k8 -", "x").number("version");
    String last = parts.own().call("AUDIT 1").bodyText();
    assertTrue(last.contains("\"name\":\"k8\",\"owner\":1000,\"version\":" + version + ","), last);
    StringBuilder told = new StringBuilder();
    for (String line : parts.own().call("AUDIT 9").bodyText().lines().limit(7).toList()) {
      told.append(
          line.replaceAll(
              ".*\"event\":\"(.*?)\".*\"name\":\"(.*?)\",\"owner\":(\\d+),.*", "$1 $2 $3;"));
    }
    assertEquals(
        "put large 1000;del k1 1000;touch k2 1000;grant k3 1000;revoke k4 1000;rename k5 1000;"
            + "get k7 1001;",
        told.toString());
  }

  @Test
  void listLeavesOutWhatExpired() throws Exception {
    alice.call("PUT k 1", "x");
    Thread.sleep(5);
    alice.call("LIST").assertOk("count=0");
  }

  @Test
  void aListMayBeLongerThanASecret() {
    String name = "n".repeat(190);
    for (int i = 0; i < 6000; i++) {
      alice.call("PUT " + name + i + " -", "x").assertOk();
    }
    Answer list = alice.call("LIST");
    list.assertOk("count=6000");
    assertTrue(list.body().length > parts.options.maxSecretSize());
    assertEquals(6000, list.bodyText().lines().count());
  }

  @Test
  void statusIsAsTheProtocolSaysAndCountsTheCallersOwn() throws Exception {
    alice.call("PUT a -", "12345");
    bob.call("PUT b -", "x");
    String expected =
        "{\"protocol\":1,\"server\":\"secmem-agent/0.1.0\",\"pid\":"
            + ProcessHandle.current().pid()
            + ",\"uptime_ms\":T,\"locked\":false,\"root\":\"random\",\"store\":\"memfd\","
            + "\"cipher\":\"openssl\",\"transport\":\"uds\",\"java\":\""
            + System.getProperty("java.version")
            + "\",\"protections\":{\"memory_locked\":\"arenas\",\"key_arena\":\"memfd_secret\","
            + "\"not_dumpable\":true,\"core_dumps_off\":true,\"no_new_privs\":false,"
            + "\"heap_not_dumped\":true,\"attach_off\":false,\"sandbox\":\"none\"},"
            + "\"limits\":{\"max_secrets\":100000,\"max_secret_size\":1048576,"
            + "\"max_memory\":268435456,\"max_connections\":512,\"max_ttl_ms\":2592000000,"
            + "\"default_ttl_ms\":32400000},\"counts\":{\"secrets\":1,\"bytes\":5,"
            + "\"connections\":0},\"audit\":{\"seq\":2,\"head\":\"H\"}}\n";
    Answer status = alice.call("STATUS").assertOk("");
    assertEquals(
        expected,
        status
            .bodyText()
            .replaceAll("\"uptime_ms\":\\d+", "\"uptime_ms\":T")
            .replaceAll("\"head\":\"[0-9a-f]{64}\"", "\"head\":\"H\""));
    parts.quota.addConnection(1001);
    for (long all : new long[] {0, OwnIdentity.uid()}) {
      assertTrue(
          parts
              .client(all)
              .call("STATUS")
              .bodyText()
              .contains("\"counts\":{\"secrets\":2,\"bytes\":6,\"connections\":1}"));
    }
  }

  @Test
  void auditIsForTheAgentsOwnUidAndRoot() {
    alice.call("AUDIT").assertFails(ErrorCode.DENIED, "AUDIT is for the agent's own uid and root");
    parts.client(0).call("AUDIT").assertOk();
    parts.own().call("AUDIT 10000").assertOk();
    for (int i = 0; i < 150; i++) {
      alice.call("HELLO");
    }
    parts.own().call("AUDIT").assertOk("count=100");
    parts.own().call("AUDIT 7").assertOk("count=7");
    parts.own().call("AUDIT 1").assertOk("count=1");
    assertEquals(7, parts.own().call("AUDIT 7").bodyText().lines().count());
  }

  @Test
  void metricsAreOpenMetricsText() {
    alice.call("PUT k -", "x");
    alice.call("GET k");
    alice.call("GET none");
    alice.call("NOPE");
    parts.metrics.connections.incrementAndGet();
    Answer answer = parts.own().call("METRICS").assertOk("");
    String text = answer.bodyText();
    assertTrue(text.endsWith("\n# EOF\n"), text);
    Map<String, String> samples = check(text);
    assertEquals("1", samples.get("secmem_secrets"));
    assertEquals("1", samples.get("secmem_unknown_verbs_total"));
    assertEquals("1", samples.get("secmem_connections_accepted_total"));
    assertEquals("1", samples.get("secmem_request_seconds_count{verb=\"put\",result=\"ok\"}"));
    assertEquals(
        "1", samples.get("secmem_request_seconds_count{verb=\"get\",result=\"not-found\"}"));
    assertFalse(text.contains("verb=\"touch\""), "what never occurred has no series");
  }

  @Test
  void whoMayAuditSeesEveryTotalAndTimesThatCanBe() {
    long before = System.nanoTime();
    alice.call("PUT k -", "x");
    Map<String, String> samples = check(parts.own().call("METRICS").bodyText());
    for (String name :
        List.of(
            "secmem_secrets",
            "secmem_secret_bytes",
            "secmem_connections",
            "secmem_max_secrets",
            "secmem_locked_memory_bytes",
            "secmem_locked_memory_allowed_bytes",
            "secmem_connections_accepted_total",
            "secmem_connections_refused_total",
            "secmem_malformed_requests_total",
            "secmem_unknown_verbs_total",
            "secmem_expiries_total",
            "secmem_audit_dropped_total")) {
      assertTrue(samples.containsKey(name), name);
    }
    double seconds =
        Double.parseDouble(samples.get("secmem_request_seconds_sum{verb=\"put\",result=\"ok\"}"));
    double passed = (System.nanoTime() - before) / 1e9;
    assertTrue(seconds > 0 && seconds <= passed, seconds + " of " + passed + " s");
  }

  @Test
  void theUptimeIsTheTimeSinceTheStart() throws Exception {
    long before = System.nanoTime();
    try (Parts young = Parts.open()) {
      Thread.sleep(20);
      String status = young.own().call("STATUS").bodyText();
      long uptime = Long.parseLong(status.replaceAll("(?s).*\"uptime_ms\":(\\d+),.*", "$1"));
      long passed = (System.nanoTime() - before) / 1_000_000;
      assertTrue(uptime >= 19 && uptime <= passed + 1, uptime + " of " + passed + " ms");
    }
  }

  @Test
  void reportsGiveTheirMemoryBack() throws Exception {
    for (int i = 0; i < 1200; i++) {
      alice.call("PUT " + "n".repeat(190) + i + " -", "").assertOk();
    }
    alice.call("LIST").assertOk("count=1200");
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) { // what the JVM itself takes, it takes once
      long before = mappedKibibytes();
      for (int i = 0; i < 150; i++) {
        alice.call("LIST").assertOk(); // 400 KB each, by way of several smaller pieces
      }
      least = Math.min(least, mappedKibibytes() - before);
    }
    assertTrue(least < 30_000, least + " KiB more");
  }

  private static long mappedKibibytes() throws Exception {
    String status = Files.readString(Path.of("/proc/self/status"));
    return Long.parseLong(status.replaceAll("(?s).*VmSize:\\s+(\\d+) kB.*", "$1"));
  }

  @Test
  void metricsOfOthersAreNotShown() {
    bob.call("PUT k -", "x");
    Answer answer = alice.call("METRICS").assertOk("");
    Map<String, String> samples = check(answer.bodyText());
    assertEquals("0", samples.get("secmem_secrets"));
    assertEquals(3, samples.size(), samples.toString());
  }

  /** Checks the form of every line and the sums of every histogram; gives the samples. */
  private static Map<String, String> check(String text) {
    Map<String, String> samples = new HashMap<>();
    Map<String, List<Long>> buckets = new HashMap<>();
    String family = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        family = line.split(" ")[2];
        assertTrue(line.matches("# TYPE [a-z_]+ (gauge|counter|histogram)"), line);
      } else if (line.startsWith("# HELP ")) {
        assertTrue(line.matches("# HELP " + family + " \\S.*"), line);
      } else if (!line.equals("# EOF")) {
        assertTrue(line.matches(family + "[a-z_]*(\\{[^}]*\\})? -?[0-9.]+(E-?[0-9]+)?"), line);
        int space = line.lastIndexOf(' ');
        String name = line.substring(0, space);
        assertEquals(null, samples.put(name, line.substring(space + 1)), "twice: " + name);
        if (name.contains(",le=")) {
          String series =
              name.substring(0, name.indexOf(",le=")).replace("_bucket", "_count") + "}";
          buckets
              .computeIfAbsent(series, any -> new ArrayList<>())
              .add(Long.parseLong(line.substring(space + 1)));
        }
      }
    }
    buckets.forEach(
        (series, counts) -> {
          for (int i = 1; i < counts.size(); i++) {
            assertTrue(counts.get(i) >= counts.get(i - 1), series + " " + counts);
          }
          assertEquals(samples.get(series), "" + counts.get(counts.size() - 1), series);
          assertEquals(Metrics.BOUNDS_NANOS.length + 1, counts.size());
        });
    return samples;
  }

  @Test
  void aLatencyFallsInItsBucketAndItsSum() {
    Metrics metrics = new Metrics();
    long[] bounds = Metrics.BOUNDS_NANOS;
    metrics.count(Verb.GET, null, -5);
    metrics.count(Verb.GET, null, bounds[0]);
    metrics.count(Verb.GET, null, bounds[0] + 1);
    metrics.count(Verb.GET, null, bounds[bounds.length - 1]);
    metrics.count(Verb.GET, null, bounds[bounds.length - 1] + 1);
    metrics.count(Verb.GET, ErrorCode.INTERNAL, 7);
    metrics.count(Verb.AUDIT, ErrorCode.INTERNAL, 8);
    long[] counts = metrics.buckets(Verb.GET, null);
    assertEquals(2, counts[0]);
    assertEquals(1, counts[1]);
    assertEquals(1, counts[bounds.length - 1]);
    assertEquals(1, counts[bounds.length]);
    assertEquals(
        2 * bounds[0] + 1 + 2 * bounds[bounds.length - 1] + 1, metrics.sumNanos(Verb.GET, null));
    assertEquals(7, metrics.sumNanos(Verb.GET, ErrorCode.INTERNAL));
    assertEquals(8, metrics.sumNanos(Verb.AUDIT, ErrorCode.INTERNAL));
  }

  @Test
  void jsonTextIsEscaped() {
    assertEquals(
        "{\"a\":\"q\\\"b\\\\c\\u000ad\",\"b\":-1,\"c\":{\"d\":true}}\n",
        new JsonObject()
            .put("a", "q\"b\\c\nd")
            .put("b", -1)
            .put("c", new JsonObject().put("d", true))
            .line()
            .toString());
  }

  private static String withoutTime(String text) {
    return text.replaceAll("\"ttl_ms\":[1-9]\\d*", "\"ttl_ms\":T");
  }
}

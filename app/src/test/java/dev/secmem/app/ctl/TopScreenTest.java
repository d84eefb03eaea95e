package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What top draws from answers that are written down here. */
final class TopScreenTest {
  private static final String STATUS =
      "{\"server\":\"secmem-agent/0.1.0\",\"pid\":4242,\"uptime_ms\":3720000,\"locked\":false,"
          + "\"root\":\"random\",\"protections\":{\"memory_locked\":\"all\","
          + "\"key_arena\":\"memfd_secret\",\"not_dumpable\":true,\"core_dumps_off\":true,"
          + "\"no_new_privs\":true,\"heap_not_dumped\":false,\"attach_off\":true,"
          + "\"sandbox\":\"seccomp\"},\"limits\":{\"max_secrets\":100000,\"max_memory\":268435456,"
          + "\"max_connections\":512},\"counts\":{\"secrets\":3,\"bytes\":2048,"
          + "\"connections\":2}}\n";

  private static final String SCREEN_80 =
      """
      secmem-agent/0.1.0  pid 4242  up 1h 2m  root random  unlocked           12:00:00
      keeps       3 of 100000 secrets  2 KiB of 256 MiB  2 of 512 connections
      protected   heap:no memory:all keys:secretmem nodump nocore noprivs attach
      each second get 10.0  put 0.5  other 1.0  refused 0.5  expired 0.0  a get 50 us

      NAME            OWNER       SIZE  READS               LEFT
      db/password      1000       11 B  1 (4 left)        1m 30s  [########..........]
      api/token        1000       20 B  0                     1h  [##################]
      tls/key            33      1 KiB  12                 1d 2h  [##################]









      LAST AUDIT LINES (UTC)
      11:59:58  put       ok           uid 1000 pid 77  db/password
      11:59:59  get       not-found    uid 33 pid 78  db/password
      q quit  s sort by name  up down scroll
      """;

  @Test
  void atEightyByTwentyFour() {
    List<String> lines = screen("").lines(state(), 22, 80, "12:00:00");
    assertEquals(22, lines.size());
    assertEquals(SCREEN_80.lines().toList(), lines.stream().map(String::stripTrailing).toList());
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
  }

  @Test
  void everySizeFits() {
    TopState state = state();
    for (int rows = 1; rows <= 40; rows++) {
      for (int columns = 1; columns <= 130; columns += 3) {
        List<String> lines = screen("").lines(state, rows, columns, "12:00:00");
        assertEquals(rows, lines.size());
        for (String line : lines) {
          assertTrue(line.length() <= columns, rows + "x" + columns + ": " + line);
        }
      }
    }
  }

  @Test
  void coloursAreNotCounted() {
    TopState state = state();
    List<String> plain = screen("").lines(state, 24, 80, "12:00:00");
    List<String> coloured = screen(null).lines(state, 24, 80, "12:00:00");
    assertTrue(String.join("", coloured).contains("\033[32m"));
    assertEquals(
        plain, coloured.stream().map(line -> line.replaceAll("\033\\[[0-9]*m", "")).toList());
  }

  @Test
  void theListScrollsAndSorts() {
    TopState state = state();
    TopScreen screen = screen("");
    screen.toggleOrder();
    List<String> byName = screen.lines(state, 10, 80, "12:00:00");
    assertTrue(byName.get(6).startsWith("db/password"), "as the agent lists them");
    screen.scroll(1000);
    assertTrue(screen.lines(state, 8, 80, "").get(6).startsWith("tls/key"));
    screen.scroll(-1000);
    assertTrue(screen.lines(state, 8, 80, "").get(6).startsWith("db/password"));
  }

  @Test
  void nothingThatComesFromElsewhereReachesTheTerminal() {
    TopState state = state();
    state.gone("\033]0;evil\007 gone");
    String all = String.join("\n", screen("").lines(state, 24, 80, "12:00:00"));
    assertFalse(all.contains("\033"), all);
    assertTrue(all.contains("?]0;evil? gone"), all);
  }

  @Test
  void aBarIsWhatIsLeftOfTheLongestTimeSeen() {
    TopState state = new TopState(1);
    state.list(secret("a", 1, 100_000));
    assertEquals(1.0, state.secrets().get(0).share());
    state.list(secret("a", 1, 25_000));
    assertEquals(0.25, state.secrets().get(0).share());
    state.list(secret("a", 1, 200_000));
    assertEquals(1.0, state.secrets().get(0).share(), "touched");
    state.list(secret("a", 2, 50_000));
    assertEquals(1.0, state.secrets().get(0).share(), "another value");
    state.list("");
    assertEquals(List.of(), state.secrets());
  }

  @Test
  void ownAuditLinesAreLeftOutAndEachIsTakenOnce() {
    TopState state = new TopState(99);
    String own = audit(1, 99, "status", "ok");
    String other = audit(2, 7, "get", "ok");
    state.audit(own + other);
    state.audit(own + other + audit(3, 7, "put", "ok"));
    assertEquals(
        List.of("get", "put"), state.audit().stream().map(line -> line.get("event")).toList());
    state.auditRefused();
    String all = String.join("\n", screen("").lines(withStatus(state), 24, 80, ""));
    assertFalse(all.contains("LAST AUDIT"), all);
    assertTrue(all.contains("(no audit: for the agent's uid and root)"), all);
  }

  @Test
  void keys() {
    assertEquals(TopKey.QUIT, key("q"));
    assertEquals(TopKey.QUIT, key("\003"));
    assertEquals(TopKey.QUIT, key(""));
    assertEquals(TopKey.SORT, key("s"));
    assertEquals(TopKey.UP, key("\033[A"));
    assertEquals(TopKey.DOWN, key("\033OB"));
    assertEquals(TopKey.PAGE_UP, key("\033[5~"));
    assertEquals(TopKey.PAGE_DOWN, key("\033[6~"));
    assertEquals(TopKey.OTHER, key("\033"));
    assertEquals(TopKey.OTHER, key("x"));
  }

  @Test
  void metricsAsJson() {
    List<MetricSample> samples = MetricSample.of("# TYPE a gauge\na 1\nb{x=\"y\",z=\"w\"} 2.5\n");
    assertEquals("{\"name\":\"a\",\"labels\":{},\"value\":1}\n", samples.get(0).json());
    assertEquals(
        "{\"name\":\"b\",\"labels\":{\"x\":\"y\",\"z\":\"w\"},\"value\":2.5}\n",
        samples.get(1).json());
  }

  @Test
  void coloursOnlyWhereTheyAreWanted() {
    assertEquals("\033[31mx\033[0m", Colors.of(true, null, "xterm").bad("x"));
    assertEquals("\033[31mx\033[0m", Colors.of(true, "", "xterm").bad("x"));
    assertEquals("x", Colors.of(true, "1", "xterm").bad("x"));
    assertEquals("x", Colors.of(false, null, "xterm").bad("x"));
    assertEquals("x", Colors.of(true, null, "dumb").bad("x"));
    assertEquals("x", Colors.of(true, null, null).bad("x"));
  }

  private static TopKey key(String bytes) {
    return TopKey.of(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static TopScreen screen(String noColor) {
    return new TopScreen(Colors.of(noColor == null, null, "xterm"));
  }

  private static TopState withStatus(TopState state) {
    state.status(STATUS);
    return state;
  }

  private static TopState state() {
    TopState state = withStatus(new TopState(99));
    state.list(
        secret("db/password", 7, 225_000, 1000, 11, "1", "4")
            + secret("api/token", 8, 3_600_000, 1000, 20, "0", "null")
            + secret("tls/key", 9, 93_600_000, 33, 1024, "12", "null"));
    state.list(
        secret("db/password", 7, 90_000, 1000, 11, "1", "4")
            + secret("api/token", 8, 3_600_000, 1000, 20, "0", "null")
            + secret("tls/key", 9, 93_600_000, 33, 1024, "12", "null"));
    state.metrics(metrics(100, 10, 5, 1, 1.0), 0);
    state.metrics(metrics(120, 11, 7, 2, 1.001), 2_000_000_000L);
    state.audit(audit(1, 77, "put", "ok") + audit(2, 78, "get", "not-found"));
    return state;
  }

  private static String metrics(int gets, int puts, int stats, int refused, double seconds) {
    return "secmem_expiries_total 0\n"
        + count("get", "ok", gets)
        + count("put", "ok", puts)
        + count("stat", "ok", stats - refused)
        + count("stat", "not-found", refused)
        + count("list", "ok", 5)
        + "secmem_request_seconds_sum{verb=\"get\",result=\"ok\"} "
        + seconds
        + "\n# EOF\n";
  }

  private static String count(String verb, String result, int count) {
    return "secmem_request_seconds_count{verb=\""
        + verb
        + "\",result=\""
        + result
        + "\"} "
        + count
        + "\n";
  }

  private static String secret(String name, int version, long ttl) {
    return secret(name, version, ttl, 0, 1, "0", "null");
  }

  private static String secret(
      String name, int version, long ttl, long owner, long size, String reads, String left) {
    return "{\"name\":\""
        + name
        + "\",\"owner\":"
        + owner
        + ",\"version\":"
        + version
        + ",\"size\":"
        + size
        + ",\"ttl_ms\":"
        + ttl
        + ",\"reads\":"
        + reads
        + ",\"reads_left\":"
        + left
        + ",\"grants\":[]}\n";
  }

  private static String audit(int seq, int pid, String event, String result) {
    int uid = pid == 78 ? 33 : 1000;
    return "{\"seq\":"
        + seq
        + ",\"time\":\"2026-11-22T11:59:5"
        + (7 + seq)
        + ".000Z\",\"event\":\""
        + event
        + "\",\"result\":\""
        + result
        + "\",\"name\":\"db/password\",\"uid\":"
        + uid
        + ",\"pid\":"
        + pid
        + "}\n";
  }
}

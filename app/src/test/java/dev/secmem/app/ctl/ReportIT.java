package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that show or change facts, and what every command ends with. */
final class ReportIT {
  private static CtlAgent agent;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home, "--allow-uid", "12345");
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void lsShowsNamesAndNoValue() throws Exception {
    ok("topsecret", "put", "ls/b", "--ttl", "2d", "--reads", "5", "--allow", "uid:12345");
    ok("topsecret", "put", "ls/a");
    ok("", "get", "ls/b");
    List<String> table = ok("", "ls", "ls/").text().lines().toList();
    assertEquals(3, table.size());
    assertEquals(
        List.of("NAME", "OWNER", "VERSION", "SIZE", "TTL", "READS", "GRANTS"),
        List.of(table.get(0).split(" +")));
    assertTrue(table.get(1).startsWith("ls/a "), table::toString);
    assertTrue(table.get(2).matches("ls/b .* 9 .*1d 23h +1 \\(4 left\\) +uid:12345"), table.get(2));
    assertEquals("", ok("", "ls", "nothing/").text());

    List<String> json = ok("", "ls", "ls/", "--json").text().lines().toList();
    assertEquals(2, json.size());
    Map<String, Object> second = Json.object(json.get(1));
    assertEquals("ls/b", second.get("name"));
    assertEquals(List.of("uid:12345"), second.get("grants"));
    assertTrue(json.stream().noneMatch(line -> line.contains("topsecret")));
  }

  @Test
  void statAndTouch() throws Exception {
    ok("12345", "put", "stat", "--ttl", "1h", "--reads", "3");
    ok("", "get", "stat");
    String text = ok("", "stat", "stat").text();
    assertTrue(text.contains("\nsize        5 bytes\n"), text);
    assertTrue(text.contains("\nttl         59m "), text);
    assertTrue(text.contains("\nreads       1\nreads left  2\n"), text);
    ok("", "touch", "stat", "--ttl", "9h");
    assertTrue(ok("", "stat", "stat").text().contains("ttl         8h 59m"));
    ok("x", "put", "stat");
    assertTrue(ok("", "stat", "stat").text().contains("reads left  unlimited"));
    assertEquals(3, agent.run("touch", "no-such", "--ttl", "1h").code());
    assertEquals(3, agent.run("stat", "no-such").code());
  }

  @Test
  void rmTriesEveryNameAndTellsTheFirstFailure() throws Exception {
    ok("x", "put", "rm1");
    ok("x", "put", "rm2");
    ok("x", "put", "rm3", "--ttl", "1ms");
    Thread.sleep(20);
    Result result = agent.run("rm", "rm1", "rm3", "no-such", "rm2");
    assertEquals(4, result.code(), "expired, not not-found, which came later");
    List<String> said = result.err().lines().toList();
    assertEquals(2, said.size(), said::toString);
    assertTrue(said.get(0).startsWith("secmemctl: rm3: "), said::toString);
    assertTrue(said.get(1).startsWith("secmemctl: no-such: "), said::toString);
    assertEquals(3, agent.run("get", "rm1").code());
    assertEquals(3, agent.run("get", "rm2").code());
    assertEquals(2, agent.run("rm", "rm1", "bad name").code());
  }

  @Test
  void statusMetricsAndAudit() throws Exception {
    assertTrue(ok("", "status").text().contains("\nlocked "));
    assertEquals(1L, Json.object(ok("", "status", "--json").text().strip()).get("protocol"));
    assertTrue(ok("", "metrics").text().endsWith("# EOF\n"));
    ok("x", "put", "audited");
    List<String> lines = ok("", "audit", "--count", "2").text().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(
        lines.stream().anyMatch(line -> line.contains("\"name\":\"audited\"")), lines::toString);
    assertEquals(2, agent.run("audit", "--count", "0").code());
    assertEquals(2, agent.run("audit", "--count", "10001").code());
  }

  @Test
  void whatIsNotThereAnyMore() throws Exception {
    ends(3, "no such key", "get", "no-such");
    ok("x", "put", "short", "--ttl", "1ms");
    Thread.sleep(20);
    ends(4, "put it again", "get", "short");
    ok("x", "put", "once", "--once");
    assertEquals("x", ok("", "get", "once").text());
    ends(3, "no such key", "get", "once");
    ok("x", "put", "twice", "--reads", "2");
    ok("", "get", "twice");
    ok("", "get", "twice");
    ends(3, "no such key", "get", "twice");
  }

  @Test
  void conditions() throws Exception {
    ok("1", "put", "cond", "--if-absent");
    ends(8, "--if-absent", "put", "cond", "--if-absent");
    String stat = ok("", "stat", "cond").text();
    String version = stat.replaceAll("(?s).*\nversion +([0-9]+)\n.*", "$1");
    ok("2", "put", "cond", "--if-version", version);
    ends(8, "version", "put", "cond", "--if-version", version);
    assertEquals("2", ok("", "get", "cond").text());
  }

  @Test
  void mistakesAreUsage() throws Exception {
    ends(2, "not a time", "put", "name", "--ttl", "10");
    ends(2, "not a name", "get", "bad name");
    ends(2, "not a name", "get", "ü");
    ends(2, "not a name", "get", "n".repeat(201));
    ends(2, "not both", "put", "name", "--once", "--reads", "2");
    ends(2, "not both", "put", "name", "--if-absent", "--if-version", "2");
    ends(2, "not a grant", "put", "name", "--allow", "uid:1,uid:2");
    ends(2, "takes a number from 1 to 1000000", "put", "name", "--reads", "0");
    ends(2, "not both", "get", "name", "--json", "--output", "f");
    ends(2, "no such command", "frobnicate");
    ends(2, "a command is needed");
    // Well formed, but not for this agent.
    ends(1, "", "put", "name", "--ttl", "365d");
    ends(1, "", "put", "name", "--allow", "nonsense");
  }

  @Test
  void noAgentIsSeven() throws Exception {
    ends(7, "secmem-agent", "get", "name", "--socket", "/nonexistent/agent.sock");
    ends(7, "", "ls", "--socket", "/" + "x".repeat(200));
  }

  @Test
  void helpAndVersionGoToStandardOutput() throws Exception {
    assertTrue(ok("", "--help").text().startsWith("Usage: secmemctl "));
    assertTrue(ok("", "put", "--help").text().startsWith("Usage: secmemctl put "));
    assertTrue(ok("", "--version").text().matches("secmemctl [0-9][^ ]*\n"));
    assertTrue(ok("", "completion").text().contains("--if-version"));
  }

  private static Result ok(String input, String... arguments) throws Exception {
    Result result = agent.run(input.getBytes(StandardCharsets.UTF_8), arguments);
    assertEquals("", result.err());
    assertEquals(0, result.code());
    return result;
  }

  /** A failure says what it is on standard error, and nothing on standard output. */
  private static void ends(int code, String message, String... arguments) throws Exception {
    Result result = agent.run("x".getBytes(StandardCharsets.UTF_8), arguments);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().startsWith("secmemctl: "), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertEquals("", result.text());
  }
}

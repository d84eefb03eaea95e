package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl doctor} on this machine; JSON and colours of every command that prints data. */
final class DoctorIT {
  private static CtlAgent agent;

  @TempDir Path folder;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void whatTheAgentSaysIsFound() throws Exception {
    Result result = agent.run("doctor", "--json");
    Map<String, Map<String, Object>> findings = findings(result.text());
    assertTrue(String.valueOf(findings.get("agent").get("found")).contains("answers: pid "));
    assertEquals("ok", findings.get("jvm").get("state"), result.text());
    assertEquals("ok", findings.get("attach").get("state"), result.text());
    assertEquals("ok", findings.get("version").get("state"), result.text());
    boolean missing = findings.values().stream().anyMatch(f -> f.get("state").equals("missing"));
    assertEquals(missing ? 1 : 0, result.code(), result.text());
    Map<?, ?> status = Json.object(agent.run("status", "--json").text().strip());
    String arena = ((Map<?, ?>) status.get("protections")).get("key_arena").toString();
    assertEquals(arena.equals("memfd_secret"), "ok".equals(findings.get("keys").get("state")));
  }

  @Test
  void eachFindingThatIsNotOkSaysWhatMendsIt() throws Exception {
    for (Map<String, Object> finding : findings(agent.run("doctor", "--json").text()).values()) {
      assertEquals(List.of("check", "state", "found", "mend"), List.copyOf(finding.keySet()));
      assertTrue(Set.of("ok", "warning", "missing").contains(finding.get("state")));
      assertEquals("ok".equals(finding.get("state")), finding.get("mend") == null, finding + "");
    }
  }

  @Test
  void withoutAnAgentItWorksToo() throws Exception {
    Result result = agent.run("doctor", "--socket", folder.resolve("none.sock").toString());
    assertTrue(result.text().startsWith("warning  agent "), result.text());
    assertTrue(result.text().contains("mend: secmem-agent &"), result.text());
    assertTrue(result.text().contains("swap"), result.text());
    assertFalse(result.text().contains("jvm"), result.text());
    assertEquals("", result.err());
  }

  @Test
  void anUnsafeFolderIsMissingAndEndsWithOne() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(
        open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    Result result = agent.run("doctor", "--socket", open.resolve("agent.sock").toString());
    assertEquals(1, result.code(), result.text());
    assertTrue(result.text().contains("mend: chmod go-w '" + open + "'"), result.text());
  }

  @Test
  void coloursAreForTerminalsAndNotForNoColor() throws Exception {
    assertFalse(agent.run("doctor").text().contains("\033"));
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script(1)");
    assertTrue(onTerminal("TERM=xterm", "doctor").contains("\033[32mok\033[0m"));
    assertFalse(onTerminal("NO_COLOR=1 TERM=xterm", "doctor").contains("\033"));
    assertFalse(onTerminal("TERM=dumb", "doctor").contains("\033"));
    for (String command :
        new String[] {"--help", "ls --help", "ls", "status", "metrics", "audit", "nonsense"}) {
      assertFalse(onTerminal("TERM=xterm", command).contains("\033"), command);
    }
  }

  @Test
  void everythingThatPrintsDataPrintsJson() throws Exception {
    assertEquals(
        0, agent.run("x".getBytes(StandardCharsets.UTF_8), "put", "json", "--reads", "3").code());
    Map<String, Object> stat = only(agent.run("stat", "json", "--json"));
    assertEquals(
        List.of(
            "name", "owner", "version", "size", "ttl_ms", "reads", "reads_left", "bind", "grade"),
        List.copyOf(stat.keySet()));
    assertEquals(3L, stat.get("reads_left"));
    assertEquals("json", only(agent.run("ls", "json", "--json")).get("name"));
    assertEquals(1L, only(agent.run("status", "--json")).get("protocol"));
    assertTrue(only(agent.run("audit", "--count", "1", "--json")).containsKey("hash"));
    List<String> metrics = agent.run("metrics", "--json").text().lines().toList();
    assertTrue(metrics.size() > 5, metrics::toString);
    assertTrue(
        metrics
            .get(0)
            .matches("\\{\"name\":\"secmem_secrets\",\"labels\":\\{\\},\"value\":[0-9]+\\}"));
    assertEquals("json", only(agent.run("get", "json", "--json")).get("name"));
  }

  private static Map<String, Object> only(Result result) {
    assertEquals(0, result.code(), result.err());
    List<String> lines = result.text().lines().toList();
    assertEquals(1, lines.size(), lines::toString);
    return Json.object(lines.get(0));
  }

  private static Map<String, Map<String, Object>> findings(String lines) {
    Map<String, Map<String, Object>> findings = new LinkedHashMap<>();
    lines.lines().map(Json::object).forEach(f -> findings.put((String) f.get("check"), f));
    assertTrue(findings.size() >= 20, lines);
    return findings;
  }

  private static String onTerminal(String environment, String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("/usr/bin/script", "-qec"));
    words.add(environment + " '" + CtlAgent.CTL + "' " + command);
    words.add("/dev/null");
    return agent.runProgram(new byte[0], words).text();
  }
}

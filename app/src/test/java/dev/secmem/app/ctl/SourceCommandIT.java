package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl source}. */
final class SourceCommandIT {
  private static CtlAgent agent;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
    put("app/db-password", "it's \"x\"\n$(id)");
    put("token", "t");
    put("nul", "a\0b");
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void printsALineForEach() throws Exception {
    Result result = agent.run("source", "app/db-password", "OTHER=token", "token");
    assertEquals(
        "export DB_PASSWORD='it'\\''s \"x\"\n$(id)'\nexport OTHER='t'\nexport TOKEN='t'\n",
        result.text(),
        result.err());
  }

  @Test
  void aShellThatEvaluatesItHasTheValues() throws Exception {
    Random random = new Random(41);
    for (int round = 0; round < 5; round++) {
      StringBuilder value = new StringBuilder("'\n");
      for (int i = 0; i < 20_000; i++) {
        value.append((char) (1 + random.nextInt(255)));
      }
      value.append("\n\n'");
      put("random", value.toString());
      String script = "eval \"$(\"$1\" source random)\"; printf %s \"$RANDOM_\"";
      script = script.replace("source random", "source RANDOM_=random");
      Result result = sh(script);
      assertEquals(value.toString(), Native.latin(result.out()), result.err());
    }
  }

  @Test
  void printsNothingIfOneIsMissing() throws Exception {
    for (String[] words :
        new String[][] {
          {"source", "token", "none"}, {"source", "--strict", "none", "token"}, {"source", "none"}
        }) {
      Result result = agent.run(words);
      assertEquals(3, result.code());
      assertEquals("", result.text());
      assertTrue(result.err().contains("none: no such key"), result.err());
      assertTrue(result.err().contains("--lenient"), result.err());
    }
    Result nul = agent.run("source", "token", "nul");
    assertEquals(1, nul.code());
    assertEquals("", nul.text());
    assertTrue(nul.err().contains("NUL byte"), nul.err());
    assertEquals(1, sh("vars=$(\"$1\" source nul 2>/dev/null) && eval \"$vars\"").code());
  }

  @Test
  void leniencyGoesOn() throws Exception {
    Result result = agent.run("source", "--lenient", "none", "token");
    assertEquals("export TOKEN='t'\n", result.text());
    assertEquals(0, result.code());
    assertTrue(result.err().contains("none: no such key"), result.err());
  }

  @Test
  void refusesVariablesThatNoShellHasOrThatWouldBeTheSame() throws Exception {
    for (String[] words :
        new String[][] {
          {"source", "1X=token"},
          {"source", "X;id=token"},
          {"source", "a/token", "token"},
          {"source", "app/"},
          {"source", "--strict", "--lenient", "token"},
          {"source"}
        }) {
      Result result = agent.run(words);
      assertEquals(2, result.code(), result.err());
      assertEquals("", result.text());
    }
  }

  private static Result sh(String script) throws Exception {
    return agent.runProgram(
        new byte[0], List.of("sh", "-c", script, "sh", CtlAgent.CTL.toString()));
  }

  private static void put(String name, String value) throws Exception {
    assertEquals(0, agent.run(Native.latin(value), "put", name).code());
  }
}

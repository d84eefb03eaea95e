package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl import} and {@code export}. */
final class ImportExportIT {
  private CtlAgent agent;

  @TempDir Path folder;

  @BeforeEach
  void start() throws Exception {
    agent = new CtlAgent(folder, "--max-secrets", "12", "--max-secret-size", "64k");
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void variablesOfAFile() throws Exception {
    Path file =
        Files.write(
            folder.resolve("env"),
            Native.latin("# c\nexport A='it is\n\377'\nB=\"x\\\"y\" # c\nC=\n"));
    silent(agent.run("import", "--env-file", file.toString(), "--prefix", "app/", "--ttl", "1h"));
    assertEquals("it is\n\377", Native.latin(agent.run("get", "app/A").out()));
    assertEquals("x\"y", agent.run("get", "app/B").text());
    assertEquals(0, agent.run("get", "app/C").out().length);
    String ls = agent.run("ls").text();
    assertEquals(4, ls.lines().count(), ls);
    assertTrue(ls.contains("59m"), ls);
    Result exec = agent.run("exec", "--prefix", "app/", "--pristine", "--", "env", "-0");
    assertTrue(Native.latin(exec.out()).contains("A=it is\n\377\0"), exec.err());
  }

  @Test
  void whatIsExportedIsImportedAgain() throws Exception {
    Random random = new Random(43);
    byte[] bytes = new byte[5000];
    random.nextBytes(bytes);
    assertEquals(0, agent.run(bytes, "put", "bytes").code());
    String text = "\"\\\n\u0000\u001f é😀 </script>";
    assertEquals(0, agent.run(text.getBytes("UTF-8"), "put", "a/text").code());
    assertEquals(0, agent.run("put", "a/empty").code());
    assertEquals(0, agent.run("gen", "limited", "--reads", "3").code());
    Result exported = agent.run("export", "--json", "--force");
    assertEquals(0, exported.code());
    assertTrue(exported.err().contains("limited is left out"), exported.err());
    assertTrue(exported.text().contains(Base64.getEncoder().encodeToString(bytes)));

    assertEquals(0, agent.run("rm", "bytes", "a/text", "a/empty").code());
    silent(agent.run(exported.out(), "import", "--json", "-"));
    assertEquals(Native.latin(bytes), Native.latin(agent.run("get", "bytes").out()));
    assertEquals(text, agent.run("get", "a/text").text());
    assertEquals(exported.text(), agent.run("export", "--json", "--force").text());
    String part = agent.run("export", "--json", "--force", "a/").text();
    assertTrue(part.contains("a/text") && !part.contains("bytes"), part);
  }

  @Test
  void aValueNeedsForceToLeaveTheTerminal() throws Exception {
    assertEquals(0, agent.run("gen", "k").code());
    Result refused = agent.run("export", "--json");
    assertEquals(2, refused.code());
    assertEquals("", refused.text());
    assertTrue(refused.err().contains("--force"), refused.err());
    assertEquals(2, agent.run("export", "--force").code());
    assertEquals("{\n}\n", agent.run("export", "--json", "--force", "none").text());
  }

  @Test
  void whatCanBeCheckedIsCheckedBeforeAnythingIsStored() throws Exception {
    assertEquals(0, agent.run(Native.latin("mine"), "put", "C").code());
    fails(1, "line 3", "A=1\nB=2\nhunter2\n");
    fails(1, "A is in it twice", "A=1\nB=2\nA=hunter2\n");
    fails(9, "B is larger than the agent takes", "A=1\nB=" + "x".repeat(65_537) + "\n");
    fails(8, "names: C; nothing is imported; --force", "A=1\nC=hunter2\n");
    fails(1, "nothing to import", "# A=1\n");
    Result json =
        agent.run(Native.latin("{\"A\":\"1\",\"b c\":\"hunter2\"}"), "import", "--json", "-");
    assertEquals(1, json.code());
    assertTrue(json.err().contains("the key of number 2 makes no name"), json.err());
    assertEquals(2, agent.run("import").code());
    assertEquals(2, agent.run("import", "--json", "-", "--env-file", "-").code());
    assertEquals(1, agent.run("import", "--json", folder + "/none").code());
    assertOnly("C");
    assertEquals("mine", agent.run("get", "C").text());
  }

  @Test
  void whatWasPutBeforeAFailureIsTakenBack() throws Exception {
    assertEquals(0, agent.run(Native.latin("mine"), "put", "K3").code());
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 15; i++) {
      many.append("K").append(i).append("=new\n");
    }
    Result full = agent.run(Native.latin(many.toString()), "import", "--env-file", "-", "--force");
    assertEquals(9, full.code(), full.err());
    assertTrue(full.err().endsWith("nothing is imported\n"), full.err());
    assertOnly("K3");
    assertEquals("mine", agent.run("get", "K3").text(), "replaced last, so not at all");
  }

  @Test
  void replacesWithForce() throws Exception {
    assertEquals(0, agent.run(Native.latin("old"), "put", "A").code());
    silent(agent.run(Native.latin("A=new\nB=2\n"), "import", "--env-file", "-", "--force"));
    assertEquals("new", agent.run("get", "A").text());
    assertEquals("2", agent.run("get", "B").text());
  }

  private void fails(int code, String message, String text) throws Exception {
    Result result = agent.run(Native.latin(text), "import", "--env-file", "-");
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertFalse(result.err().contains("hunter2"), result.err());
  }

  private void assertOnly(String name) throws Exception {
    String ls = agent.run("ls").text();
    assertEquals(2, ls.lines().count(), ls);
    assertTrue(ls.contains(name), ls);
  }

  private static void silent(Result result) {
    assertEquals("", result.err());
    assertEquals(0, result.code());
    assertEquals(0, result.out().length);
  }
}

package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl gen} and {@code mv}. */
final class GenCommandIT {
  private static CtlAgent agent;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void makesASecretAndShowsNothing() throws Exception {
    silent(agent.run("gen", "one"));
    silent(agent.run("gen", "two", "--ttl", "1h", "--reads", "1"));
    String one = agent.run("get", "one").text();
    assertTrue(one.matches("[A-Za-z0-9]{32}"), one);
    assertNotEquals(one, agent.run("get", "two").text());
    assertEquals(3, agent.run("get", "two").code(), "the options of put hold");
    silent(agent.run("gen", "one"));
    assertNotEquals(one, agent.run("get", "one").text());
  }

  @Test
  void ofTheWantedLengthAndCharacters() throws Exception {
    silent(agent.run("gen", "hex", "--charset", "hex", "--length", "64"));
    assertTrue(agent.run("get", "hex").text().matches("[0-9a-f]{64}"));
    silent(agent.run("gen", "long", "--charset", "ascii", "--length", "65536"));
    assertTrue(agent.run("get", "long").text().matches("[!-~]{65536}"));
    Result weak = agent.run("gen", "pin", "--charset", "digits", "--length", "6");
    assertEquals(0, weak.code());
    assertTrue(weak.err().contains("19 bits only"), weak.err());
    assertTrue(agent.run("get", "pin").text().matches("[0-9]{6}"));
    agent.run("gen", "own", "--charset", "x'", "--length", "100");
    assertTrue(agent.run("get", "own").text().matches("[x']{100}"));
    assertEquals(2, agent.run("gen", "bad", "--length", "0").code());
    assertEquals(2, agent.run("gen", "bad", "--length", "65537").code());
    assertEquals(2, agent.run("gen", "bad", "--charset", "aa").code());
    assertEquals(3, agent.run("get", "bad").code());
  }

  @Test
  void keepsWhatIsThereIfAsked() throws Exception {
    silent(agent.run("gen", "kept", "--if-absent"));
    String kept = agent.run("get", "kept").text();
    assertEquals(8, agent.run("gen", "kept", "--if-absent").code());
    assertEquals(kept, agent.run("get", "kept").text());
  }

  @Test
  void aNewNameForTheSameSecret() throws Exception {
    silent(agent.run("gen", "old/name", "--ttl", "1h", "--reads", "2"));
    silent(agent.run("gen", "taken"));
    String version = version("old/name");
    Result taken = agent.run("mv", "old/name", "taken");
    assertEquals(8, taken.code());
    assertTrue(taken.err().contains("secmemctl rm taken"), taken.err());
    silent(agent.run("mv", "old/name", "new"));
    assertEquals(3, agent.run("stat", "old/name").code());
    assertEquals(version, version("new"));
    assertTrue(agent.run("stat", "new").text().matches("(?s).*reads left\\s+2\\n.*"));
    Result none = agent.run("mv", "old/name", "other");
    assertEquals(3, none.code());
    assertTrue(none.err().contains("no such key"), none.err());
    assertEquals(2, agent.run("mv", "new").code());
    assertEquals(2, agent.run("mv", "new", "a b").code());
    assertEquals(2, agent.run("mv", "a", "b", "c").code());
  }

  private static String version(String name) throws Exception {
    return agent.run("stat", name).text().lines().filter(x -> x.startsWith("version")).toList()
        + "";
  }

  private static void silent(Result result) {
    assertEquals("", result.err());
    assertEquals(0, result.code());
    assertEquals(0, result.out().length);
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both programs' command lines. */
class CommandLineIT {

  private static Programs.Result agent(String... arguments) {
    return run(Distribution.agent(), arguments);
  }

  private static Programs.Result ctl(String... arguments) {
    return run(Distribution.ctl(), arguments);
  }

  private static Programs.Result run(String program, String... arguments) {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(List.of(arguments));
    return Programs.run(words.toArray(new String[0]));
  }

  private static void expectUsageError(Programs.Result result) {
    assertEquals(2, result.code(), result.err());
    assertEquals("", result.text());
    assertTrue(result.err().startsWith("secmem"), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
  }

  @Test
  void pluginsAreListedForPrograms() {
    Programs.Result result = agent("plugins", "--json");
    assertEquals(0, result.code());
    String[] lines = result.text().split("\n");
    assertTrue(lines.length >= 9, result.text());
    for (String line : lines) {
      assertTrue(
          line.matches(
              "\\{\"kind\":\"\\w+\",\"name\":\"\\w+\",\"from\":\".+\",\"works\":true,\"why_not\":null\\}"),
          line);
    }
    assertTrue(result.text().contains("{\"kind\":\"kdf\",\"name\":\"bc\""), result.text());
  }

  @Test
  void pluginsAreListedWithWhatWorksHere() {
    Programs.Result result = agent("plugins");
    assertEquals(0, result.code(), result.err());
    for (String row :
        new String[] {
          "store +memfd +.*store.memfd.* +works",
          "cipher +openssl +.*crypto.openssl.* +works; leaves on the heap: nothing",
          "cipher +tink +.*crypto.tink.* +works; leaves on the heap: .+",
          "cipher +bc +.*crypto.bc.* +works; leaves on the heap: key material",
          "kdf +openssl +.*crypto.openssl.* +works; leaves on the heap: nothing; no Argon2id",
          "kdf +bc +.*crypto.bc.* +works; leaves on the heap: key material",
          "transport +uds +.*transport.uds.* +works"
        }) {
      assertTrue(result.text().lines().anyMatch(line -> line.matches(row)), row + result.text());
    }
  }

  @Test
  void helpIsOnStandardOutput() {
    Programs.Result agent = agent("--help");
    assertEquals(0, agent.code());
    assertTrue(agent.text().contains("--max-secret-size"), agent.text());
    assertEquals("", agent.err());
    Programs.Result ctl = ctl("--help");
    assertEquals(0, ctl.code());
    assertEquals("", ctl.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put",
        "get",
        "ls",
        "stat",
        "touch",
        "rm",
        "status",
        "metrics",
        "audit",
        "top",
        "doctor",
        "completion"
      })
  void everyCommandHasHelpAndRefusesUnknownOptions(String command) {
    assertTrue(ctl("--help").text().contains("  " + command + " "), command + " is listed");
    Programs.Result help = ctl(command, "--help");
    assertEquals(0, help.code(), help.err());
    assertTrue(help.text().startsWith("Usage: secmemctl " + command), help.text());
    assertEquals("", help.err());
    expectUsageError(ctl(command, "--no-such-option"));
  }

  @Test
  void whatIsNoCommandIsAUsageError() {
    expectUsageError(ctl());
    expectUsageError(ctl("nonsense"));
    expectUsageError(ctl("put"));
    expectUsageError(ctl("get", "a", "b"));
    expectUsageError(ctl("put", "k", "--ttl", "soon"));
    expectUsageError(ctl("put", "k", "--reads", "0x1"));
    expectUsageError(ctl("touch"));
    expectUsageError(ctl("--socket"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--no-such-option",
        "--socket",
        "--max-secrets x",
        "--max-secrets 0",
        "--max-secrets -1",
        "--max-secret-size 0",
        "--max-secret-size 5x",
        "--max-memory 1k",
        "--max-connections 0",
        "--uid-share 101",
        "--max-ttl 0",
        "--max-ttl 5",
        "--max-ttl 1d --default-ttl 2d",
        "--audit some",
        "--log-level loud",
        "--require everything",
        "--socket-mode 8",
        "--socket-mode rw",
        "--idle-timeout never",
        "--max-secrets 1 --max-secrets 2"
      })
  void wrongOptionsEndTheAgentWithTwo(String options) {
    expectUsageError(agent(options.split(" ")));
  }

  @Test
  void aPluginThatIsNotThereIsNamed() {
    for (String option : new String[] {"--store", "--cipher", "--transport"}) {
      Programs.Result result = agent(option, "nosuch", "--socket", "/tmp/unused.sock");
      assertEquals(1, result.code(), result.err());
      assertTrue(result.err().contains("nosuch"), result.err());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "tink", "bc"})
  void everyCipherServes(String cipher) {
    try (AgentProcess agent = AgentProcess.with("--cipher", cipher).start();
        RawClient client = agent.connect()) {
      for (int size : new int[] {0, 1, 64, 5000, 1 << 20}) {
        byte[] value = new byte[size];
        new java.util.Random(size).nextBytes(value);
        assertEquals("ok", client.tryPut("k 60000", value).code());
        org.junit.jupiter.api.Assertions.assertArrayEquals(value, client.ask("GET k").body());
      }
      assertEquals(cipher, Json.value(client.ask("STATUS").text(), "cipher"));
      assertEquals(0, agent.stop());
    }
  }

  @Test
  void versionsAreTold() {
    assertTrue(agent("--version").text().matches("secmem-agent [0-9]+\\.[0-9]+\\.[0-9]+.*\n"));
    assertTrue(ctl("--version").text().matches("secmemctl [0-9]+\\.[0-9]+\\.[0-9]+.*\n"));
  }
}

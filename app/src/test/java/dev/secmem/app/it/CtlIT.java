package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code secmemctl} against a real agent: what it prints, and with what it ends. */
class CtlIT {
  private static AgentProcess agent;

  @BeforeAll
  static void start() {
    agent = AgentProcess.with("--max-secret-size", "64k", "--max-secrets", "20").start();
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  private static Programs.Result ctl(String input, String... arguments) {
    List<String> words = new ArrayList<>(List.of(Distribution.ctl()));
    words.addAll(List.of(arguments));
    return Programs.run(Map.of("SECMEM_SOCK", agent.socket()), input, words.toArray(new String[0]));
  }

  private static void expect(int code, Programs.Result result) {
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text(), "messages are on standard error");
    assertTrue(result.err().startsWith("secmemctl: "), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
  }

  @Test
  void valuesComeBackByteForByte() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Path folder = Distribution.temporaryFolder("secmem-it-ctl-");
    Path file = Files.write(folder.resolve("value"), all);
    Path out = folder.resolve("out");
    assertEquals(0, ctl("", "put", "binary", "--from-file", file.toString()).code());
    assertArrayEquals(all, ctl("", "get", "binary").out());
    assertEquals(0, ctl("", "get", "binary", "--output", out.toString()).code());
    assertArrayEquals(all, Files.readAllBytes(out));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));
    String json = ctl("", "get", "binary", "--json").text();
    assertEquals(
        List.of("name", "owner", "version", "ttl_ms", "size", "value_base64"), Json.keys(json));
    assertArrayEquals(all, java.util.Base64.getDecoder().decode(Json.value(json, "value_base64")));
    assertEquals(0, ctl("", "put", "empty").code());
    assertEquals(0, ctl("", "get", "empty").out().length);
    assertEquals(0, ctl("", "rm", "binary", "empty").code());
    Distribution.delete(folder);
  }

  @Test
  void eachErrorHasItsExitCode() {
    expect(3, ctl("", "get", "nothing"));
    expect(3, ctl("", "rm", "nothing"));
    assertEquals(0, ctl("v", "put", "short", "--ttl", "1ms").code());
    Await.sleep(20);
    expect(4, ctl("", "get", "short"));
    assertEquals(0, ctl("v", "put", "there").code());
    expect(8, ctl("v", "put", "there", "--if-absent"));
    expect(8, ctl("v", "put", "there", "--if-version", "1000000"));
    expect(9, ctl("v".repeat(65_537), "put", "large"));
    expect(7, Programs.run(Distribution.ctl(), "--socket", "/nonexistent/a.sock", "get", "k"));
    assertEquals(0, ctl("", "rm", "there").code());
  }

  @Test
  void reportsArePrinted() {
    assertEquals(0, ctl("v", "put", "listed", "--ttl", "9h", "--reads", "3").code());
    String ls = ctl("", "ls", "list").text();
    assertTrue(ls.contains("listed"), ls);
    assertTrue(ctl("", "ls", "--json").text().contains("\"name\":\"listed\""));
    assertTrue(ctl("", "stat", "listed").text().contains("3"));
    assertEquals(0, ctl("", "touch", "listed", "--ttl", "2d").code());
    assertTrue(ctl("", "status").text().contains("memfd"));
    assertTrue(ctl("", "status", "--json").text().startsWith("{\"protocol\":1,"));
    assertTrue(ctl("", "metrics").text().endsWith("# EOF\n"));
    assertEquals(3, ctl("", "audit", "--count", "3").text().lines().count());
    assertTrue(ctl("", "completion").text().contains("secmemctl"));
    assertEquals(0, ctl("", "rm", "listed").code());
  }

  @Test
  void aValueOnTheCommandLineIsTakenWithAWarning() {
    Programs.Result put = ctl("", "put", "inline=hush");
    assertEquals(0, put.code());
    assertTrue(put.err().contains("other users"), put.err());
    assertEquals("hush", ctl("", "get", "inline").text());
    assertEquals(0, ctl("", "rm", "inline").code());
  }

  @Test
  void aStrangersServerGetsNothingUntilItsUidIsNamed() throws Exception {
    Needs.root();
    Path folder = Distribution.temporaryFolder("secmem-it-stranger-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    String path = folder + "/a.sock";
    int listening = Kernel.as(7001, 7001, () -> UnixSocket.listen(path, 0666, 5));
    try {
      Programs.Result result =
          Programs.run(Map.of(), "confidential", Distribution.ctl(), "--socket", path, "put", "k");
      assertTrue(result.code() == 1 || result.code() == 7, result.code() + result.err());
      assertTrue(result.err().contains("7001"), result.err());
      int client = UnixSocket.accept(listening);
      java.nio.ByteBuffer got = java.nio.ByteBuffer.allocateDirect(4096);
      assertEquals(0, Descriptor.read(client, got), "nothing was sent");
      Descriptor.close(client);
    } finally {
      Descriptor.close(listening);
      Distribution.delete(folder);
    }
    AgentOptions options = AgentProcess.with("--allow-uid", "0").uid(7001);
    Needs.otherUids();
    try (AgentProcess other = options.start()) {
      String[] put = {
        Distribution.ctl(), "--socket", other.socket(), "--agent-uid", "7001", "put", "k"
      };
      assertEquals(0, Programs.run(Map.of(), "v", put).code());
    }
  }

  @Test
  void whoIsNotAdmittedEndsWithFive() {
    Needs.otherUids();
    AgentOptions options = AgentProcess.with("--socket-mode", "666").uid(7001);
    try (AgentProcess other = options.start()) {
      Programs.Result result =
          Programs.run(
              Distribution.ctl(), "--socket", other.socket(), "--agent-uid", "7001", "get", "k");
      expect(5, result);
    }
  }

  @Test
  void thePipeToAReaderThatIsGoneIsNoSuccess() {
    assertEquals(0, ctl("v".repeat(60_000), "put", "piped").code());
    Programs.Result result =
        Programs.run(
            Map.of("SECMEM_SOCK", agent.socket()),
            "",
            "sh",
            "-c",
            "(" + Distribution.ctl() + " get piped; echo $? >&2) | true");
    assertFalse(result.err().endsWith("0\n") && result.err().length() == 2, result.err());
    assertEquals(0, ctl("", "rm", "piped").code());
  }

  @Test
  void namesAndValuesInUtf8AreValuesButNotNames() {
    expect(2, ctl("v", "put", "schlüssel"));
    assertEquals(0, ctl("größe", "put", "utf8").code());
    assertArrayEquals("größe".getBytes(StandardCharsets.UTF_8), ctl("", "get", "utf8").out());
    assertEquals(0, ctl("", "rm", "utf8").code());
  }
}

package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes in by {@code put} comes out by {@code get}, byte for byte, in every way. */
final class ValueIT {
  private static CtlAgent agent;

  @TempDir Path folder;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home, "--max-secret-size", "1m");
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void everyByteAndEverySize() throws Exception {
    Random random = new Random(7);
    // Around the sizes at which the buffers of put (64 KiB, doubled) and of get (64 KiB) change.
    for (int size : new int[] {1, 255, 65_535, 65_536, 65_537, 131_072, 300_001, 1 << 20}) {
      byte[] value = new byte[size];
      random.nextBytes(value);
      silent(agent.run(value, "put", "bytes"));
      Result got = agent.run("get", "bytes");
      assertEquals("", got.err());
      assertArrayEquals(value, got.out(), () -> "size " + size);
    }
  }

  @Test
  void lineEndsAndNulAsTheyAre() throws Exception {
    for (String value : List.of("a\n", "\n", "a\r\n\0b\n\n", "\0")) {
      silent(agent.run(bytes(value), "put", "lines"));
      assertArrayEquals(bytes(value), agent.run("get", "lines").out());
    }
  }

  @Test
  void nothingIsAValueWithANote() throws Exception {
    Result put = agent.run("put", "empty");
    assertEquals(0, put.code());
    assertEquals("secmemctl: note: the value of empty is empty\n", put.err());
    assertEquals(0, agent.run("get", "empty").out().length);
    assertTrue(agent.run("get", "empty", "--json").text().endsWith("\"value_base64\":\"\"}\n"));
  }

  @Test
  void aFilesContent() throws Exception {
    byte[] value = new byte[100_000];
    new Random(8).nextBytes(value);
    Path file = Files.write(folder.resolve("käy file"), value);
    silent(agent.run(bytes("not this"), "put", "file", "--from-file", file.toString()));
    assertArrayEquals(value, agent.run("get", "file").out());

    Result missing = agent.run("put", "file", "--from-file", folder + "/none");
    assertEquals(1, missing.code());
    assertEquals("secmemctl: no such file: " + folder + "/none\n", missing.err());
    assertEquals(1, agent.run("put", "file", "--from-file", folder.toString()).code());
    assertArrayEquals(value, agent.run("get", "file").out(), "a failed put changes nothing");
  }

  @Test
  void anOperandsValueByteForByteWithAWarning() throws Exception {
    Path script = folder.resolve("script");
    // Bytes that are no text in any encoding, an equals sign, and words that follow.
    Files.writeString(
        script,
        "exec " + quoted(CtlAgent.CTL) + " put \"op=$(printf '\\377=\\001 \\303')\" --ttl 1m\n");
    Result put = agent.runProgram(bytes("not this"), List.of("sh", script.toString()));
    assertEquals(0, put.code());
    assertTrue(put.err().contains("other users of this machine can see"), put.err());
    assertArrayEquals(
        new byte[] {(byte) 0xff, '=', 1, ' ', (byte) 0xc3}, agent.run("get", "op").out());
    assertEquals(0, agent.run("put", "op=").code());
    assertEquals(0, agent.run("get", "op").out().length);
    assertEquals(2, agent.run("put", "op=x", "--from-file", "/dev/null").code());
  }

  @Test
  void intoAFileThatOnlyItsOwnerReads() throws Exception {
    silent(agent.run(bytes("one"), "put", "out"));
    Path fresh = folder.resolve("fresh");
    silent(agent.run("get", "out", "--output", fresh.toString()));
    assertOnlyMine(fresh, "one");

    Path open = Files.writeString(folder.resolve("open"), "longer than one");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
    silent(agent.run("get", "out", "--output", open.toString()));
    assertOnlyMine(open, "one");
  }

  @Test
  void intoNothingButAFile() throws Exception {
    silent(agent.run(bytes("one"), "put", "nofile"));
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "stays");
    Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    for (Path path : List.of(link, pipe, folder)) {
      Result refused = agent.run("get", "nofile", "--output", path.toString());
      assertEquals(1, refused.code());
      assertTrue(refused.err().contains("cannot write to " + path), refused.err());
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("stays", Files.readString(elsewhere));
    assertFalse(Files.isRegularFile(pipe));
  }

  @Test
  void whoIsInterruptedLeavesNoFile() throws Exception {
    Path socket = folder.resolve("s");
    Path out = Files.createDirectory(folder.resolve("out"));
    // A server that lets clients wait for ever.
    int listening = UnixSocket.listen(socket.toString(), 0600, 8);
    try {
      String command =
          "%s get k --socket %s --output %s/f & pid=$!; until [ -e %s/.f.* ]; do sleep 0.05; done;"
              + " kill -TERM $pid; wait $pid; echo $?; ls -A %s";
      String script = String.format(command, CtlAgent.CTL, socket, out, out, out);
      Result result = agent.runProgram(new byte[0], List.of("sh", "-c", script));
      assertEquals("143\n", result.text(), result.err());
    } finally {
      Descriptor.close(listening);
    }
  }

  @Test
  void afterAFailureTheOldFileIsThereAndNoOther() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), "old");
    assertEquals(3, agent.run("get", "no-such", "--output", kept.toString()).code());
    assertEquals("old", Files.readString(kept));
    silent(agent.run(bytes("x"), "put", "counted", "--reads", "1"));
    assertEquals(1, agent.run("get", "counted", "--output", folder.toString()).code());
    assertEquals(1, agent.run("get", "counted", "--output", folder + "/no/such").code());
    try (var files = Files.list(folder)) {
      assertEquals(List.of(kept), files.toList());
    }
    assertEquals("x", agent.run("get", "counted").text(), "a bad path costs no delivery");
  }

  @Test
  void asJson() throws Exception {
    for (int size : new int[] {1, 2, 3, 24 * 1024, 24 * 1024 + 1, 100_000}) {
      byte[] value = new byte[size];
      new Random(size).nextBytes(value);
      silent(agent.run(value, "put", "json", "--ttl", "9h"));
      String text = agent.run("get", "json", "--json").text();
      var object = Json.object(text.strip());
      assertEquals(
          List.of("name", "owner", "version", "ttl_ms", "size", "value_base64"),
          List.copyOf(object.keySet()));
      assertEquals("json", object.get("name"));
      assertEquals((long) size, object.get("size"));
      long ttl = (Long) object.get("ttl_ms");
      assertTrue(ttl > 32_000_000 && ttl <= 32_400_000, text::strip);
      assertArrayEquals(value, Base64.getDecoder().decode((String) object.get("value_base64")));
    }
  }

  @Test
  void tooMuchIsRefused() throws Exception {
    Result put = agent.run(new byte[(1 << 20) + 1], "put", "large");
    assertEquals(9, put.code());
    assertFalse(put.err().isEmpty());
    assertEquals(3, agent.run("get", "large").code());
  }

  @Test
  void aClosedStandardOutputIsAFailure() throws Exception {
    silent(agent.run(bytes("x"), "put", "closed"));
    String ctl = quoted(CtlAgent.CTL);
    Result result =
        agent.runProgram(new byte[0], List.of("sh", "-c", ctl + " get closed >/dev/full"));
    assertEquals(1, result.code());
    assertTrue(result.err().contains("cannot write to standard output"), result.err());
  }

  private static void assertOnlyMine(Path file, String content) throws Exception {
    assertEquals(content, Files.readString(file));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)));
  }

  private static void silent(Result result) {
    assertEquals("", result.err());
    assertEquals(0, result.code());
    assertEquals(0, result.out().length);
  }

  private static String quoted(Path path) {
    return "'" + path + "'";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

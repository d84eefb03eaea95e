package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmemctl inject}. */
final class InjectCommandIT {
  private static final String ODD = "it's \"{{ secmem:plain }}\"\n\0\377$&\\1";

  private static CtlAgent agent;

  @TempDir Path folder;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
    put("plain", "value");
    put("odd", ODD);
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void fillsEveryPlaceByteForByte() throws Exception {
    Result result = inject("a={{ secmem:odd }}\r\nb=secmem://plain, {{x}} \377{{secmem:odd}}");
    assertEquals(0, result.code(), result.err());
    assertEquals(
        "a=" + ODD + "\r\nb=value, {{x}} \377" + ODD,
        Native.latin(result.out()),
        "values are no templates");
    String large = "x".repeat(300_000);
    put("large", large);
    assertEquals(large + "|" + large, inject("{{secmem:large}}|{{secmem:large}}").text());
  }

  @Test
  void readsEachOnce() throws Exception {
    assertEquals(0, agent.run(Native.latin("v"), "put", "single", "--once").code());
    assertEquals("v v v", inject("{{secmem:single}} {{secmem:single}} secmem://single").text());
    assertEquals(3, inject("{{secmem:single}}").code());
  }

  @Test
  void allOrNothing() throws Exception {
    assertEquals(0, agent.run(Native.latin("v"), "put", "kept", "--once").code());
    Path out = ram().resolve("all-or-nothing");
    Path template =
        Files.writeString(folder.resolve("t"), "{{secmem:kept}} {{secmem:no1}} secmem://no2");
    Result result = agent.run("inject", "-i", template.toString(), "-o", out.toString());
    assertEquals(3, result.code());
    assertTrue(result.err().contains("no1: no such key"), result.err());
    assertTrue(result.err().contains("no2: no such key"), result.err());
    assertFalse(Files.exists(out));
    assertEquals("", inject("x {{secmem:no1}}").text());
    assertEquals("v", inject("{{secmem:kept}}").text(), "no read was used up in vain");
    Result malformed = inject("\n{{ secmem:plain");
    assertEquals(1, malformed.code());
    assertTrue(malformed.err().contains("line 2"), malformed.err());
  }

  @Test
  void aPlainTextIsCopiedWithANoteAndNoAgent() throws Exception {
    Result result =
        agent.run(Native.latin("a\0b"), "--socket", "/nonexistent/s", "inject", "--input", "-");
    assertEquals("a\0b", result.text());
    assertTrue(result.err().contains("note: there is no {{ secmem:NAME }}"), result.err());
  }

  @Test
  void intoAFileInMemoryThatOnlyItsOwnerReads() throws Exception {
    Path out = ram().resolve("secmem-inject-it-" + ProcessHandle.current().pid());
    try {
      Files.writeString(out, "before");
      Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rw-rw-rw-"));
      byte[] template = Native.latin("p={{ secmem:plain }}\n");
      Result result = agent.run(template, "inject", "--output", out.toString());
      assertEquals(0, result.code(), result.err());
      assertEquals("", result.text());
      assertEquals("p=value\n", Files.readString(out));
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));
    } finally {
      Files.deleteIfExists(out);
    }
  }

  @Test
  void ontoADiskOnlyWhereThatIsAllowed() throws Exception {
    assumeTrue(!isInMemory(folder), "the temporary folder is in memory");
    Path out = folder.resolve("out");
    byte[] template = Native.latin("{{ secmem:plain }}");
    Result refused = agent.run(template, "inject", "-o", out.toString());
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("--allow-disk"), refused.err());
    assertFalse(Files.exists(out));
    Result allowed = agent.run(template, "inject", "-o", out.toString(), "--allow-disk");
    assertEquals(0, allowed.code(), allowed.err());
    assertEquals("value", Files.readString(out));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));
  }

  private static boolean isInMemory(Path folder) throws IOException {
    return List.of("tmpfs", "ramfs").contains(Files.getFileStore(folder).type());
  }

  private static Path ram() throws IOException {
    Path shm = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(shm) && isInMemory(shm), "needs /dev/shm");
    return shm;
  }

  private static Result inject(String template) throws Exception {
    return agent.run(Native.latin(template), "inject");
  }

  private static void put(String name, String value) throws Exception {
    assertEquals(0, agent.run(Native.latin(value), "put", name).code());
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shell scripts that find java and start the programs. */
class LauncherIT {
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = Distribution.temporaryFolder("secmem it launcher ");
  }

  @AfterEach
  void removeFolder() {
    Distribution.delete(folder);
  }

  private static Programs.Result run(Map<String, String> environment, String program) {
    return Programs.run(environment, "", program, "--version");
  }

  private Path fakeJava(String script) throws IOException {
    Path home = Files.createDirectories(folder.resolve("jdk/bin")).getParent();
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  @Test
  void anOldJavaIsToldApartByItsReleaseFile() throws IOException {
    Path home = fakeJava("echo must not run; exit 3");
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
    for (String program : new String[] {Distribution.agent(), Distribution.ctl()}) {
      Programs.Result result = run(Map.of("JAVA_HOME", home.toString()), program);
      assertEquals(1, result.code());
      assertTrue(result.err().contains("older than version 17"), result.err());
      assertTrue(result.err().contains(home + "/bin/java"), result.err());
      assertEquals("", result.text());
    }
  }

  @Test
  void anOldJavaWithoutAReleaseFileIsAsked() throws IOException {
    Path home = fakeJava("echo 'openjdk version \"1.8.0_392\"' >&2");
    Programs.Result result = run(Map.of("JAVA_HOME", home.toString()), Distribution.agent());
    assertEquals(1, result.code());
    assertTrue(result.err().contains("older than version 17"), result.err());
  }

  @Test
  void aWrongJavaHomeAndNoJavaAtAllAreTold() {
    Programs.Result wrong = run(Map.of("JAVA_HOME", "/nonexistent"), Distribution.agent());
    assertEquals(1, wrong.code());
    assertTrue(wrong.err().contains("JAVA_HOME is /nonexistent"), wrong.err());
    Path programs = folder.resolve("programs");
    try {
      Files.createDirectory(programs);
      for (String name : new String[] {"sh", "readlink", "uname"}) {
        Files.createSymbolicLink(programs.resolve(name), Path.of("/bin", name));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    var without = new java.util.HashMap<String, String>();
    without.put("JAVA_HOME", null);
    without.put("PATH", programs.toString());
    Programs.Result none = run(without, Distribution.agent());
    assertEquals(1, none.code());
    assertTrue(none.err().contains("no java in PATH"), none.err());
  }

  @Test
  void javaIsFoundInPathToo() {
    var environment = new java.util.HashMap<String, String>();
    environment.put("JAVA_HOME", null);
    environment.put("PATH", System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));
    assertEquals(0, run(environment, Distribution.agent()).code());
    environment.put("JAVA_HOME", "");
    assertEquals(0, run(environment, Distribution.ctl()).code());
  }

  @Test
  void optionsForJavaInTheEnvironmentAreNotSeen() {
    Map<String, String> options =
        Map.of(
            "JAVA_TOOL_OPTIONS", "-XX:+NoSuchOptionA",
            "JDK_JAVA_OPTIONS", "-XX:+NoSuchOptionB",
            "_JAVA_OPTIONS", "-XX:+NoSuchOptionC",
            "CLASSPATH", "/nonexistent");
    for (String program : new String[] {Distribution.agent(), Distribution.ctl()}) {
      Programs.Result result = run(options, program);
      assertEquals(0, result.code(), result.err());
      assertEquals("", result.err());
    }
  }

  @Test
  void thePathMayHoldSpacesAndLinks() throws IOException {
    Path home = folder.resolve("a home");
    Distribution.copy(Distribution.home(), home);
    Path link = folder.resolve("linked agent");
    Files.createSymbolicLink(link, Path.of("a home/bin/secmem-agent"));
    Programs.Result result =
        Programs.run(
            Map.of(),
            "",
            link.toString(),
            "--",
            "sh",
            "-c",
            "printf hidden | secmemctl put k && secmemctl get k && command -v secmemctl");
    assertEquals("hidden" + home.toRealPath() + "/bin/secmemctl\n", result.text(), result.err());
    assertEquals(0, result.code());
    assertEquals(0, run(Map.of(), home + "/bin/secmemctl").code());
  }

  @Test
  void aPathWithAColonIsRefusedWithTheReason() throws IOException {
    Path home = folder.resolve("a:home");
    Distribution.copy(Distribution.home(), home);
    Programs.Result result = run(Map.of(), home + "/bin/secmem-agent");
    assertEquals(1, result.code());
    assertTrue(result.err().contains("':'"), result.err());
  }

  @Test
  void aHeapThatIsNoSizeIsRefused() {
    Programs.Result result = run(Map.of("SECMEM_HEAP", "64m -XX:+X"), Distribution.agent());
    assertEquals(1, result.code());
    assertTrue(result.err().contains("SECMEM_HEAP"), result.err());
    assertEquals(0, run(Map.of("SECMEM_HEAP", "96m"), Distribution.agent()).code());
  }

  @Test
  void theProgramsRunFromAFolderThatNobodyCanWriteAndLeaveNoFiles() throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Programs.Result result =
        Programs.run(
            Map.of("TMPDIR", temporary.toString(), "HOME", temporary.toString()),
            "",
            "sh",
            "-c",
            "cd \"$TMPDIR\" && exec \"$@\"",
            "sh",
            Distribution.agent(),
            "--",
            "sh",
            "-c",
            "printf v | secmemctl put k && secmemctl get k");
    assertEquals("v", result.text(), result.err());
    try (var left = Files.list(temporary)) {
      assertEquals(0, left.count());
    }
    assertFalse(
        Files.exists(Path.of("/tmp/hsperfdata_root/" + ProcessHandle.current().pid() + "x")));
  }
}

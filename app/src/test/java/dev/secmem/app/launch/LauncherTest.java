package dev.secmem.app.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher scripts, with a program in java's place that shows what it was started with. */
final class LauncherTest {
  private static final Path SCRIPTS = Path.of("src/dist").toAbsolutePath();

  @TempDir Path folder;

  private Path home;
  private Path jdk;

  private record Result(int code, String out, String err) {}

  @BeforeEach
  void putTogether() throws IOException {
    home = folder.resolve("a home/secmem");
    for (String file : List.of("bin/secmemctl", "bin/secmem-agent", "lib/launch.sh")) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.copy(SCRIPTS.resolve(file), home.resolve(file));
      executable(home.resolve(file));
    }
    for (String file :
        List.of(
            "lib/core/app.jar",
            "lib/providers/memfd/memfd.jar",
            "lib/providers/uds/uds.jar",
            "lib/native/x86_64-Linux/libjffi-1.2.so",
            "lib/native/aarch64-Linux/libjffi-1.2.so")) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.createFile(home.resolve(file));
    }
    jdk = fakeJdk("a jdk", "17.0.15");
  }

  @Test
  void startsSecmemctlOnTheClassPathWithTheTransportFirst() throws Exception {
    List<String> words = start("secmemctl", Map.of(), "get", "a b").out().lines().toList();
    int main = words.indexOf("dev.secmem.app.ctl.CtlMain");
    assertEquals(List.of("get", "a b"), words.subList(main + 1, main + 3));
    assertEquals(
        home + "/lib/providers/uds/uds.jar:" + home + "/lib/core/app.jar",
        words.get(words.indexOf("-cp") + 1));
    assertTrue(words.contains("-Djffi.boot.library.path=" + home + "/lib/native"));
    assertTrue(words.contains("-XX:+DisableAttachMechanism"));
    assertTrue(words.contains("-Xlog:disable"));
    assertFalse(words.toString().contains("enable-native-access"), "17 does not know it");
  }

  @Test
  void onlyInitHasKeyDerivationOnItsClassPath() throws Exception {
    for (String jar : List.of("bc/bc.jar", "openssl/openssl.jar", "tink/tink.jar")) {
      Files.createDirectories(home.resolve("lib/providers").resolve(jar).getParent());
      Files.createFile(home.resolve("lib/providers").resolve(jar));
    }
    String always = home + "/lib/providers/uds/uds.jar:" + home + "/lib/core/app.jar";
    assertEquals(always, ctlPath("get", "k"));
    assertEquals(always, ctlPath("unlock"));
    String openssl = ":" + home + "/lib/providers/openssl/openssl.jar";
    String bc = ":" + home + "/lib/providers/bc/bc.jar";
    assertEquals(always + openssl + bc, ctlPath("--socket", "/s", "init", "init"));
    Files.delete(home.resolve("lib/providers/openssl/openssl.jar"));
    assertEquals(always + bc, ctlPath("init", "--force"));
  }

  private String ctlPath(String... arguments) throws Exception {
    List<String> words = start("secmemctl", Map.of(), arguments).out().lines().toList();
    return words.get(words.indexOf("-cp") + 1);
  }

  @Test
  void startsTheAgentOnTheClassPathOfAllPlugins() throws Exception {
    List<String> words = start("secmem-agent", Map.of(), "--", "env").out().lines().toList();
    int main = words.indexOf("dev.secmem.app.agent.AgentMain");
    assertEquals(List.of("--", "env"), words.subList(main + 1, main + 3));
    assertEquals(
        Stream.of("core/app.jar", "providers/memfd/memfd.jar", "providers/uds/uds.jar")
            .map(jar -> home + "/lib/" + jar)
            .collect(Collectors.joining(":")),
        words.get(words.indexOf("-cp") + 1));
    for (String option :
        List.of(
            "-Xms160m",
            "-Xmx160m",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:ErrorFile=/dev/null",
            "-XX:-MaxFDLimit",
            "-XX:-CreateCoredumpOnCrash",
            "-Dsecmem.home=" + home)) {
      assertTrue(words.contains(option), option);
    }
    int unlock = words.indexOf("-XX:+UnlockDiagnosticVMOptions");
    assertTrue(unlock >= 0 && unlock < words.indexOf("-XX:-DumpPrivateMappingsInCore"));
    assertTrue(unlock < words.indexOf("-XX:-DumpSharedMappingsInCore"));
    assertTrue(words.contains("MALLOC_PERTURB_=85"));
  }

  @Test
  void hidesVariablesFromTheJvmAndSavesThem() throws Exception {
    Map<String, String> caller =
        Map.of(
            "JAVA_TOOL_OPTIONS", "-javaagent:evil.jar",
            "_JAVA_OPTIONS", "",
            "MALLOC_PERTURB_", "3",
            "SECMEM_SAVED_JDK_JAVA_OPTIONS", "forged",
            "home", "callers",
            "secmem_path", "callers");
    List<String> agent = start("secmem-agent", caller).out().lines().toList();
    assertTrue(agent.contains("SECMEM_SAVED_JAVA_TOOL_OPTIONS=-javaagent:evil.jar"));
    assertTrue(agent.contains("SECMEM_SAVED__JAVA_OPTIONS="));
    assertTrue(agent.contains("SECMEM_SAVED_MALLOC_PERTURB_=3"));
    assertTrue(agent.contains("home=callers"), "an exported variable stays as it was");
    for (String program : List.of("secmem-agent", "secmemctl")) {
      String out = start(program, caller).out();
      assertFalse(("\n" + out).contains("\nJAVA_TOOL_OPTIONS="), out);
      assertFalse(("\n" + out).contains("\nJDK_JAVA_OPTIONS="), out);
      assertFalse(("\n" + out).contains("\n_JAVA_OPTIONS="), out);
    }
    assertFalse(agent.toString().contains("forged"));
  }

  @Test
  void takesNoJvmOptionsFromTheEnvironment() throws Exception {
    Map<String, String> caller =
        Map.of(
            "secmem_archive_option", "-XX:SharedArchiveFile=evil",
            "secmem_ctl_main", "Evil",
            "SECMEM_JAVA_OPTS", "-Devil");
    for (String program : List.of("secmem-agent", "secmemctl")) {
      String words = words(start(program, caller).out());
      assertFalse(words.toLowerCase(java.util.Locale.ROOT).contains("evil"), words);
    }
  }

  @Test
  void takesTheHeapFromOneVariableAndJudgesIt() throws Exception {
    String words = start("secmem-agent", Map.of("SECMEM_HEAP", "200m")).out();
    assertTrue(words.contains("-Xms200m\n-Xmx200m\n"), words);
    for (String bad : List.of("x", "64 m", "-1", "64m -Devil", "m", "1mm")) {
      Result refused = start("secmem-agent", Map.of("SECMEM_HEAP", bad));
      assertEquals(1, refused.code());
      assertTrue(refused.err().contains("SECMEM_HEAP is '" + bad + "'"), refused.err());
    }
  }

  @Test
  void tellsTheCallersDescriptors() throws Exception {
    Path held = Files.writeString(folder.resolve("held"), "");
    Result result =
        run(
            Map.of(),
            "sh",
            "-c",
            "exec 3<'" + held + "' 7<&3; exec \"$@\"",
            "sh",
            home.resolve("bin/secmem-agent").toString());
    assertTrue(result.out().contains("-Dsecmem.fds=0,1,2,3,7\n"), result.out() + result.err());
  }

  @Test
  void findsItselfThroughLinksAndThePath() throws Exception {
    Path first = Files.createDirectories(folder.resolve("l/1")).resolve("ctl");
    Path second = folder.resolve("l/2");
    Files.createSymbolicLink(second, Path.of("1/ctl"));
    Files.createSymbolicLink(first, home.resolve("bin/secmemctl"));
    String direct = start("secmemctl", Map.of()).out();
    assertEquals(words(direct), words(run(Map.of(), second.toString()).out()));
    String path = home.resolve("bin") + ":" + System.getenv("PATH");
    assertEquals(words(direct), words(run(Map.of("PATH", path), "sh", "-c", "secmemctl").out()));
    String relative = "cd '" + home + "/bin' && CDPATH=/ ./secmemctl";
    assertEquals(words(direct), words(run(Map.of(), "sh", "-c", relative).out()));
    assertEquals(
        words(direct),
        words(run(Map.of(), "sh", "-c", "cd '" + home + "/bin' && sh secmemctl").out()));
  }

  @Test
  void findsJavaInThePathThroughLinks() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
    Map<String, String> caller = environment("JAVA_HOME", "", "PATH", bin + ":" + tools());
    Result result = run(caller, home.resolve("bin/secmemctl").toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("dev.secmem.app.ctl.CtlMain"));
  }

  @Test
  void saysWhatIsWrongWithJava() throws Exception {
    String ctl = home.resolve("bin/secmemctl").toString();
    Result none = run(environment("JAVA_HOME", "", "PATH", tools()), ctl);
    assertEquals(1, none.code());
    assertTrue(none.err().contains("no java in PATH, and JAVA_HOME is not set"), none.err());

    Result empty = run(Map.of("JAVA_HOME", "/nonexistent"), ctl);
    assertEquals(1, empty.code());
    assertTrue(empty.err().contains("JAVA_HOME is /nonexistent"), empty.err());

    for (String old : List.of("11.0.2", "1.8.0_402", "16")) {
      Result refused = run(Map.of("JAVA_HOME", fakeJdk("old" + old, old).toString()), ctl);
      assertEquals(1, refused.code());
      assertTrue(refused.err().contains("is older than version 17"), refused.err());
      assertEquals("", refused.out());
    }
  }

  @Test
  void asksAJavaThatHasNoReleaseFile() throws Exception {
    Path bare = fakeJdk("bare", "21.0.1");
    Files.delete(bare.resolve("release"));
    Result result = run(Map.of("JAVA_HOME", bare.toString()), home + "/bin/secmemctl", "ls");
    assertEquals(0, result.code(), result.err());
    Path old = fakeJdk("bare-old", "1.8.0_402");
    Files.delete(old.resolve("release"));
    assertEquals(1, run(Map.of("JAVA_HOME", old.toString()), home + "/bin/secmemctl").code());
  }

  @Test
  void usesTheArchiveOfThatVersionOnly() throws Exception {
    Files.createDirectories(home.resolve("lib/archive"));
    Files.createFile(home.resolve("lib/archive/secmemctl-17.jsa"));
    Files.createFile(home.resolve("lib/archive/secmemctl-25.aot"));
    String archive = home + "/lib/archive/secmemctl-";
    assertTrue(
        start("secmemctl", Map.of()).out().contains("-XX:SharedArchiveFile=" + archive + "17.jsa"));
    Map<String, String> on25 = Map.of("JAVA_HOME", fakeJdk("25", "25").toString());
    String words = start("secmemctl", on25).out();
    assertTrue(words.contains("-XX:AOTCache=" + archive + "25.aot"), words);
    assertTrue(words.contains("--enable-native-access=ALL-UNNAMED"), words);
    Map<String, String> on21 = Map.of("JAVA_HOME", fakeJdk("21", "21.0.1").toString());
    words = start("secmemctl", on21).out();
    assertFalse(words.contains("Archive=") || words.contains("AOTCache"), words);
  }

  @Test
  void refusesAPlaceThatCannotBeAPath() throws Exception {
    Path odd = Files.createDirectories(folder.resolve("a:b"));
    Path moved = Files.move(home, odd.resolve("secmem"));
    Result refused = run(Map.of(), moved.resolve("bin/secmemctl").toString());
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("holds a ':'"), refused.err());
  }

  /** A program that prints its arguments and then its environment, one a line. */
  private Path fakeJdk(String name, String version) throws IOException {
    Path made = folder.resolve(name);
    Files.createDirectories(made.resolve("bin"));
    Files.writeString(
        made.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path java = made.resolve("bin/java");
    Files.writeString(
        java,
        "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \""
            + version
            + "\" 2025' >&2 && exit\n"
            + "printf '%s\\n' \"$@\"; echo; exec env\n");
    executable(java);
    return made;
  }

  private Result start(String program, Map<String, String> more, String... arguments)
      throws Exception {
    String[] words = new String[arguments.length + 1];
    words[0] = home.resolve("bin").resolve(program).toString();
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return run(more, words);
  }

  private Result run(Map<String, String> more, String... words) throws Exception {
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(err.toFile());
    for (String name :
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "SECMEM_HEAP")) {
      builder.environment().remove(name);
    }
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().putAll(more);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, Files.readString(err));
  }

  /** The arguments of what {@link #fakeJdk} printed. */
  private static String words(String out) {
    return out.substring(0, out.indexOf("\n\n"));
  }

  private static Map<String, String> environment(String... pairs) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** A folder with what the scripts need and no java. */
  private String tools() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("readlink", "uname", "env")) {
      Path program = Path.of("/usr/bin", tool);
      Path called = Files.exists(program) ? program : Path.of("/bin", tool);
      Path file = tools.resolve(tool);
      Files.writeString(file, "#!/bin/sh\nexec " + called + " \"$@\"\n");
      executable(file);
    }
    return tools.toString();
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}

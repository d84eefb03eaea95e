package dev.secmem.app.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.ChildProcess;
import dev.secmem.linux.SignalState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code secmem-agent -- COMMAND} gives its command, seen from a command of a real JVM. */
final class CommandLaunchTest {
  private static final String JAVA = System.getProperty("java.home") + "/bin/java";

  private static final List<byte[]> PATH = words("PATH=/usr/bin:/bin");

  @TempDir Path folder;

  @Test
  void giveTheCallersVariablesBack() throws Exception {
    Map<String, String> callers =
        Map.of(
            "PATH", "/usr/bin:/bin",
            "SECMEM_SAVED_JAVA_TOOL_OPTIONS", "-Dx=1",
            "SECMEM_SAVED__JAVA_OPTIONS", "",
            "SECMEM_SAVED_LC_ALL", "de_DE",
            "LC_ALL", "C.UTF-8",
            "MALLOC_PERTURB_", "85",
            "PLAIN", "two\nlines");
    assertEquals(
        List.of(
            "JAVA_TOOL_OPTIONS=-Dx=1",
            "LC_ALL=de_DE",
            "PATH=/our/bin:/usr/bin:/bin",
            "PLAIN=two\nlines",
            "SECMEM_SOCK=/sock",
            "_JAVA_OPTIONS="),
        variables(callers, "-Dsecmem.home=" + folder));
  }

  @Test
  void keepTheirOwnPerturbation() throws Exception {
    Map<String, String> callers =
        Map.of("MALLOC_PERTURB_", "85", "SECMEM_SAVED_MALLOC_PERTURB_", "7", "PATH", "/bin");
    assertTrue(variables(callers, "-Dsecmem.home=" + folder).contains("MALLOC_PERTURB_=7"));
    // Without the launcher nobody has hidden anything.
    assertEquals(
        List.of(
            "MALLOC_PERTURB_=85",
            "PATH=/our/bin:/bin",
            "SECMEM_SAVED_MALLOC_PERTURB_=7",
            "SECMEM_SOCK=/sock"),
        variables(callers));
  }

  @Test
  void handOnDescriptorsOfTheCallerAndNoneOfTheJvm() throws Exception {
    Path file = Files.writeString(folder.resolve("held"), "held");
    String script = "exec 3<" + file + "; exec " + java("") + " sh -c 'readlink /proc/$$/fd/*'";
    List<String> links = run(script).lines().toList();
    // 0, 1, 2, the held one, and the folder itself while it is listed.
    assertTrue(links.contains(file.toString()), links::toString);
    assertTrue(
        links.stream().noneMatch(link -> link.startsWith(System.getProperty("java.home"))),
        links::toString);
  }

  @Test
  void handOnOnlyWhatTheLauncherSaw() throws Exception {
    Path file = Files.writeString(folder.resolve("held"), "held");
    Path late = Files.writeString(folder.resolve("late"), "late");
    String opened = "exec 3<" + file + " 4<" + late + "; exec ";
    String command = " sh -c 'cat <&3; cat <&4 2>/dev/null || echo; echo closed'";
    assertEquals("heldlateclosed\n", run(opened + java("-Dsecmem.fds=0,1,2,3,4") + command));
    assertEquals("held\nclosed\n", run(opened + java("-Dsecmem.fds=0,1,2,3") + command));
  }

  @Test
  void keepTheLimitOfOpenFiles() throws Exception {
    String command = java("-XX:-MaxFDLimit") + " sh -c 'ulimit -Sn; ulimit -Hn'";
    assertEquals("300\n400\n", run("ulimit -Sn 300; ulimit -Hn 400; exec " + command));
  }

  @Test
  void keepBlockedAndIgnoredSignals() throws Exception {
    long usr1 = 1L << 9;
    Path status = folder.resolve("status");
    ChildProcess child =
        ChildProcess.spawn(
            words(
                JAVA,
                "-cp",
                classPath(),
                CommandProbe.class.getName(),
                "cp",
                "/proc/self/status",
                status.toString()),
            PATH,
            new SignalState(usr1, 0));
    assertEquals(0, child.waitFor());
    String text = Files.readString(status);
    assertTrue(text.contains("SigBlk:\t0000000000000200\n"), text);

    // Not started by ProcessBuilder, whose helper leaves signals blocked and ignored.
    ChildProcess shell =
        ChildProcess.spawn(
            words("sh", "-c", "trap '' HUP; exec " + java("") + " cp /proc/self/status " + status),
            PATH,
            new SignalState(0, 0));
    assertEquals(0, shell.waitFor());
    text = Files.readString(status);
    assertTrue(text.contains("SigIgn:\t0000000000000001\n"), text);
    assertTrue(text.contains("SigBlk:\t0000000000000000\n"), text);
  }

  @Test
  void passOnArgumentsByteForByteAndTheExitCode() throws Exception {
    Path script = folder.resolve("script");
    // 0xff is no character in any encoding that Java would use here.
    Files.writeString(
        script,
        "exec " + java("") + " sh -c 'printf %s \"$1\"; exit 41' sh \"$(printf '\\377')\"",
        StandardCharsets.ISO_8859_1);
    Process process = new ProcessBuilder("sh", script.toString()).start();
    byte[] out = process.getInputStream().readAllBytes();
    assertEquals(41, process.waitFor());
    assertEquals(1, out.length);
    assertEquals((byte) 0xff, out[0]);
  }

  private List<String> variables(Map<String, String> callers, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath(), CommandProbe.class.getName()));
    command.addAll(List.of("cat", "/proc/self/environ"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(callers);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return List.of(out.split("\0")).stream().sorted().toList();
  }

  private static List<byte[]> words(String... words) {
    return Arrays.stream(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String java(String options) {
    return JAVA + " " + options + " -cp '" + classPath() + "' " + CommandProbe.class.getName();
  }

  private static String run(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), script);
    return out;
  }

  private static String classPath() {
    return System.getProperty("jdk.module.path", "")
        + ":"
        + System.getProperty("java.class.path", "")
        + ":"
        + Path.of("target/test-classes").toAbsolutePath();
  }
}

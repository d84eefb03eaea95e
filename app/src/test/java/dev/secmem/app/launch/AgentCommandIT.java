package dev.secmem.app.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.SignalState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secmem-agent -- COMMAND}: the whole way from the caller through two programs. */
final class AgentCommandIT {
  private static final Path HOME = Path.of(System.getProperty("secmem.distribution"));
  private static final String AGENT = HOME.resolve("bin/secmem-agent").toString();

  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  @Test
  void theReadmesCommandPrintsTheSecret() throws Exception {
    Result result =
        agent(
            Map.of(),
            "printf supersecret | secmemctl put db_password --ttl 10m"
                + " && secmemctl get db_password");
    assertEquals("", result.err());
    assertEquals("supersecret", result.out());
    assertEquals(0, result.code());
  }

  @Test
  void theEnvironmentIsTheCallersButForTwoVariables() throws Exception {
    Map<String, String> odd =
        Map.of(
            "JAVA_TOOL_OPTIONS", "-Dnever=seen",
            "JDK_JAVA_OPTIONS", "",
            "_JAVA_OPTIONS", "-Xmx1m",
            "LC_ALL", "C",
            "MALLOC_PERTURB_", "9",
            "CLASSPATH", "/nonexistent.jar",
            "LINES_", "two\nlines",
            "SECMEM_HEAP", "80m");
    String show = "cat /proc/self/environ";
    Result direct = run(odd, "sh", "-c", show);
    Result through = run(odd, AGENT, "--", "sh", "-c", show);
    assertEquals("", through.err(), "the JVM saw none of its variables");
    Map<String, String> expected = variables(direct.out());
    Map<String, String> got = variables(through.out());
    assertTrue(got.remove("SECMEM_SOCK").endsWith("/agent.sock"));
    assertEquals(HOME.resolve("bin") + ":" + expected.remove("PATH"), got.remove("PATH"));
    // Shells keep these for themselves.
    for (String name : List.of("_", "SHLVL", "OLDPWD", "PWD")) {
      expected.remove(name);
      got.remove(name);
    }
    assertEquals(expected, got);
  }

  @Test
  void aPathThatTheLocaleCannotSpellIsAPathAllTheSame() throws Exception {
    String path = "\"$(printf '" + folder + "/\\303\\274.sock')\"";
    String use =
        "'printf x | secmemctl put k && secmemctl get k && ls " + folder + " | grep sock | wc -c'";
    Result result =
        run(Map.of("LC_ALL", "C"), "sh", "-c", AGENT + " --socket " + path + " -- sh -c " + use);
    assertEquals("x" + "\303\274.sock\n".length() + "\n", result.out(), result.err());
  }

  @Test
  void whatTheCallerClosedIsClosedForTheCommandAndNoFileOfTheJvms() throws Exception {
    String show =
        " -- sh -c 'for fd in 0 1 2; do [ -e /proc/$$/fd/$fd ] && o=$o$fd; done; echo $o >&9' 9>&1";
    for (String closed : List.of("0<&-", "1>&-", "2>&-")) {
      Result result = run(Map.of(), "sh", "-c", AGENT + show + " " + closed);
      assertEquals("012".replace(closed.substring(0, 1), ""), result.out().strip(), closed);
    }
    Result put = agent(Map.of(), "secmemctl put k <&-; echo $?; secmemctl ls");
    assertEquals("1\n", put.out());
    assertTrue(put.err().contains("cannot read standard input"), put.err());
    Result get =
        agent(Map.of(), "printf x | secmemctl put k; secmemctl get k >&-; echo $?; echo end");
    assertEquals("1\nend\n", get.out(), get.err());
  }

  @Test
  void noVariableOfTheAgentIsAddedWhereNoneWas() throws Exception {
    String out = agent(Map.of(), "env").out();
    assertFalse(out.contains("MALLOC_PERTURB_="), out);
    assertEquals(System.getenv("LC_ALL") != null, ("\n" + out).contains("\nLC_ALL="), out);
    assertFalse(out.contains("SECMEM_SAVED"), out);
    assertFalse(out.contains("JAVA_TOOL_OPTIONS"), out);
  }

  @Test
  void descriptorsAndLimitsAreTheCallers() throws Exception {
    Path held = Files.writeString(folder.resolve("held"), "held");
    String show =
        "ls -l /proc/self/fd | grep -o ' [0-9]* -> .*'; ulimit -Sn; ulimit -Hn; ulimit -c;"
            + " cat /proc/self/coredump_filter";
    String set = "ulimit -Sc unlimited 2>/dev/null; ulimit -Sn 400; ulimit -Hn 500;";
    String opened = set + " exec 5<'" + held + "';";
    String direct = run(Map.of(), "sh", "-c", opened + show).out();
    String through =
        run(Map.of(), "sh", "-c", opened + "exec \"$@\"", "sh", AGENT, "--", "sh", "-c", show)
            .out();
    assertTrue(direct.contains(" 5 -> " + held), direct);
    assertFalse(direct.endsWith("00000000\n"), "control: cores would have memory: " + direct);
    assertEquals(withoutNumbers(direct), withoutNumbers(through));
  }

  @Test
  void theExitCodeIsTheCommands() throws Exception {
    assertEquals(0, agent(Map.of(), "exit 0").code());
    assertEquals(37, agent(Map.of(), "exit 37").code());
    assertEquals(128 + 9, agent(Map.of(), "kill -9 $$").code());
    Result missing = run(Map.of(), AGENT, "--", "no-such-program");
    assertEquals(127, missing.code());
    assertTrue(missing.err().contains("no-such-program"), missing.err());
    Path plain = Files.writeString(folder.resolve("plain"), "");
    assertEquals(126, run(Map.of(), AGENT, "--", plain.toString()).code());
  }

  @Test
  void termAndHupReachTheCommand() throws Exception {
    boolean noHup = (SignalState.ofCaller().ignored() & 1) != 0; // nohup: no shell can trap it
    for (String signal : noHup ? List.of("TERM") : List.of("TERM", "HUP")) {
      String command =
          "trap 'echo got; exit 7' " + signal + "; echo ready; while :; do sleep 0.1; done";
      Process process = builder(Map.of(), AGENT, "--", "sh", "-c", command).start();
      try (BufferedReader out = process.inputReader()) {
        assertEquals("ready", out.readLine());
        signal(signal, process.pid());
        assertEquals("got", out.readLine());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(7, process.exitValue());
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void argumentsArriveByteForByte() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        "exec '" + AGENT + "' -- printf '%s|' \"$(printf '\\377 a')\" '' \"two\nlines\"",
        StandardCharsets.ISO_8859_1);
    Process process = builder(Map.of(), "sh", script.toString()).start();
    byte[] out = process.getInputStream().readAllBytes();
    byte[] expected = "? a||two\nlines|".getBytes(StandardCharsets.ISO_8859_1);
    expected[0] = (byte) 0xff;
    assertEquals(Arrays.toString(expected), Arrays.toString(out));
  }

  @Test
  void theFolderOfTheSocketIsGoneAtTheEnd() throws Exception {
    String socket = agent(Map.of(), "printf %s $SECMEM_SOCK; ls -ld ${SECMEM_SOCK%/*} >&2").out();
    assertFalse(Files.exists(Path.of(socket).getParent()), socket);
  }

  private Result agent(Map<String, String> more, String script) throws Exception {
    return run(more, AGENT, "--", "sh", "-c", script);
  }

  private Result run(Map<String, String> more, String... words) throws Exception {
    Process process = builder(more, words).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "did not end: " + List.of(words));
    return new Result(process.exitValue(), out, Files.readString(folder.resolve("err")));
  }

  private ProcessBuilder builder(Map<String, String> more, String... words) throws IOException {
    Path nothing = Files.writeString(folder.resolve("nothing"), "");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(nothing.toFile())
            .redirectError(folder.resolve("err").toFile());
    for (String name :
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "MALLOC_PERTURB_")) {
      builder.environment().remove(name);
    }
    builder.environment().remove("SECMEM_SOCK");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(more);
    return builder;
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    int code = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
    assertEquals(0, code);
  }

  private static Map<String, String> variables(String environ) {
    Map<String, String> variables = new TreeMap<>();
    for (String variable : environ.split("\0")) {
      int equals = variable.indexOf('=');
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }

  /** Process numbers, pipe numbers: what differs between any two runs. */
  private static String withoutNumbers(String text) {
    return text.replaceAll("/proc/[0-9]+", "/proc/N").replaceAll("\\[[0-9]+]", "[N]");
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code secmem-agent -- COMMAND}. */
class CommandRunIT {
  private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeFolder() {
    folder = Distribution.temporaryFolder("secmem-it-command-");
    environment.put("XDG_RUNTIME_DIR", folder.toString());
  }

  @AfterEach
  void nothingIsLeftInTheRuntimeFolder() throws IOException {
    try (var left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.map(x -> x.getFileName().toString()).filter(x -> x.startsWith("secmem")).toList());
    }
    Distribution.delete(folder);
  }

  private Programs.Result run(String input, String... command) {
    List<String> words = new ArrayList<>(List.of(Distribution.agent(), "--"));
    words.addAll(List.of(command));
    return Programs.run(environment, input, words.toArray(new String[0]));
  }

  private Programs.Result sh(String script) {
    return run("", "sh", "-c", script);
  }

  @Test
  void theReadmesCommandPrintsTheSecretAndNothingElse() {
    Programs.Result result =
        sh(
            "printf supersecret | secmemctl put db_password --ttl 10m"
                + " && secmemctl get db_password");
    assertEquals("supersecret", result.text(), result.err());
    assertEquals(0, result.code());
    assertFalse(result.err().contains("supersecret"), result.err());
  }

  @Test
  void theExitCodeIsTheCommands() {
    assertEquals(0, sh("exit 0").code());
    assertEquals(7, sh("exit 7").code());
    assertEquals(255, sh("exit 255").code());
    assertEquals(128 + 15, sh("kill -TERM $$").code());
    assertEquals(128 + 9, sh("kill -KILL $$").code());
    assertEquals(128 + 10, sh("kill -USR1 $$").code());
    // A folder in PATH that this user may not enter would make it "permission denied".
    environment.put("PATH", "/usr/bin:/bin");
    Programs.Result none = run("", "no-such-program-at-all");
    assertEquals(127, none.code());
    assertTrue(none.err().contains("no-such-program-at-all"), none.err());
    assertEquals(126, run("", "/etc/passwd").code());
  }

  @Test
  void theSocketIsInAPrivateFolderThatGoesAwayAndSecmemSockIsIgnored() {
    environment.put("SECMEM_SOCK", "/nonexistent/other.sock");
    Programs.Result result =
        sh(
            "echo $SECMEM_SOCK; ls -ld \"${SECMEM_SOCK%/*}\"; secmemctl status >/dev/null && echo ok");
    assertEquals(0, result.code(), result.err());
    List<String> lines = result.text().lines().toList();
    assertTrue(lines.get(0).startsWith(folder + "/"), lines.get(0));
    assertTrue(lines.get(1).startsWith("drwx------"), lines.get(1));
    assertEquals("ok", lines.get(2));
    assertFalse(Files.exists(Path.of(lines.get(0)).getParent()));
  }

  @Test
  void withoutARuntimeFolderSharedMemoryIsUsed() {
    environment.put("XDG_RUNTIME_DIR", null);
    Programs.Result result = sh("echo $SECMEM_SOCK");
    String socket = result.text().strip();
    String expected = Files.isWritable(Path.of("/dev/shm")) ? "/dev/shm/" : "/tmp/";
    assertTrue(socket.startsWith(expected), socket);
    assertFalse(Files.exists(Path.of(socket).getParent()));
  }

  @Test
  void aSocketThatIsNamedIsUsedAndRemoved() throws IOException {
    Path own = Files.createDirectory(folder.resolve("own"));
    Programs.Result result =
        Programs.run(
            environment,
            "",
            Distribution.agent(),
            "--socket",
            own + "/a.sock",
            "--",
            "sh",
            "-c",
            "echo $SECMEM_SOCK; test -S $SECMEM_SOCK");
    assertEquals(0, result.code(), result.err());
    assertEquals(own + "/a.sock\n", result.text());
    assertFalse(Files.exists(own.resolve("a.sock")));
  }

  @Test
  void theEnvironmentIsTheCallersWithSocketAndPath() {
    environment.put("JAVA_TOOL_OPTIONS", "-Dcaller=1");
    environment.put("_JAVA_OPTIONS", "-Dcaller=2");
    environment.put("MALLOC_PERTURB_", "7");
    environment.put("ODD", "a b\n'\"$x");
    environment.put("EMPTY", "");
    Map<String, String> callers = variables(Programs.run(environment, "", "env", "-0"));
    Programs.Result result = run("", "env", "-0");
    assertFalse(result.err().contains("Picked up"), "the agent's own JVM must not see them");
    Map<String, String> commands = variables(result);
    assertTrue(commands.remove("SECMEM_SOCK").startsWith(folder.toString()));
    String path = callers.remove("PATH");
    assertEquals(Distribution.home() + "/bin:" + path, commands.remove("PATH"));
    // The launcher is a shell, which sets these three for itself.
    for (String name : List.of("PWD", "OLDPWD", "SHLVL", "_")) {
      callers.remove(name);
      commands.remove(name);
    }
    assertEquals(callers, commands);
  }

  private static Map<String, String> variables(Programs.Result result) {
    Map<String, String> variables = new TreeMap<>();
    for (String variable : result.text().split("\0")) {
      int equals = variable.indexOf('=');
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }

  @Test
  void inputDescriptorsLimitsAndPrivilegesAreTheCallers() {
    Programs.Result result =
        Programs.run(
            environment,
            "some input",
            "sh",
            "-c",
            "ulimit -Sn 321; ulimit -Sc 0; exec 7</dev/null; exec \"$@\"",
            "sh",
            Distribution.agent(),
            "--",
            "sh",
            "-c",
            "cat; echo; ulimit -Sn; ulimit -Hc; ulimit -l; grep NoNewPrivs /proc/self/status;"
                + " grep VmLck /proc/self/status; echo /proc/$$/fd/*");
    Programs.Result direct =
        Programs.run("sh", "-c", "ulimit -Hc; ulimit -l; grep NoNewPrivs /proc/self/status");
    List<String> lines = result.text().lines().toList();
    List<String> callers = direct.text().lines().toList();
    assertEquals("some input", lines.get(0), result.err());
    assertEquals("321", lines.get(1));
    assertEquals(callers, lines.subList(2, 5));
    assertEquals("0", lines.get(5).replaceAll("[^0-9]", ""), "no locked memory is inherited");
    String descriptors = lines.get(6).replaceAll("/proc/\\d+/fd/", "");
    assertTrue(descriptors.matches("0 1 2( 3)? 7"), "and no descriptor: " + descriptors);
  }

  @Test
  void sigtermAndSighupArePassedOnAndSigintIsTheCommandsOwn() throws Exception {
    Path ready = folder.resolve("ready");
    String script =
        "trap 'echo term; exit 5' TERM; trap 'echo hup; exit 6' HUP; trap 'echo int; exit 8' INT;"
            + " touch "
            + ready
            + "; while :; do sleep 0.05; done";
    Map<Integer, Integer> codes = Map.of(AgentProcess.SIGTERM, 5, 1, 6);
    for (Map.Entry<Integer, Integer> expected : codes.entrySet()) {
      if (!Needs.handles(expected.getKey())) {
        continue; // ignored here, so no shell can trap it
      }
      ProcessBuilder builder =
          new ProcessBuilder(Distribution.agent(), "--", "sh", "-c", script)
              .redirectOutput(folder.resolve("out").toFile())
              .redirectError(folder.resolve("err").toFile());
      Programs.environment(builder, environment);
      Process agent = builder.start();
      try {
        Await.until("the command runs", () -> Files.exists(ready));
        Kernel.kill(agent.pid(), AgentProcess.SIGINT);
        assertFalse(
            agent.waitFor(1, TimeUnit.SECONDS), "SIGINT to the agent alone changes nothing");
        Kernel.kill(agent.pid(), expected.getKey());
        assertTrue(agent.waitFor(60, TimeUnit.SECONDS));
        assertEquals(expected.getValue(), agent.exitValue());
        assertFalse(Files.readString(folder.resolve("out")).contains("int"));
      } finally {
        agent.destroyForcibly();
        Files.deleteIfExists(ready);
      }
    }
  }

  @Test
  void theAgentEndsWithTheCommandAndServesNobodyAfter() {
    Programs.Result result =
        sh("(sleep 3; secmemctl status; echo $?) > " + folder + "/late 2>&1 & echo $SECMEM_SOCK");
    assertEquals(0, result.code());
    Await.until("the late client is done", () -> read(folder.resolve("late")).endsWith("7\n"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}

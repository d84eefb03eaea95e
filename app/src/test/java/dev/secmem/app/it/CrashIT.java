package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A crash leaves nothing: no report, no core, no word of memory on any output. */
@Tag("proof")
class CrashIT {
  private static final String VALUE = "the value of a crash";
  private static final int SIGSEGV = 11;
  private static final int SIGABRT = 6;
  private static final int SIGBUS = 7;

  static List<String> homes() {
    return OtherJvm.all();
  }

  @ParameterizedTest
  @MethodSource("homes")
  void inTheSandboxAndWithoutItItLeavesNothing(String home) throws IOException {
    for (int signal : new int[] {SIGSEGV, SIGBUS, SIGABRT}) {
      crash(home, signal);
      crash(home, signal, "--no-sandbox");
    }
  }

  private static void crash(String home, int signal, String... arguments) throws IOException {
    Path folder = Distribution.temporaryFolder("secmem-it-crash-");
    AgentOptions options =
        AgentProcess.with(arguments)
            .environment("JAVA_HOME", home)
            .environment("HOME", folder.toString())
            .environment("TMPDIR", folder.toString())
            .limits("ulimit -c \"$(ulimit -Hc)\"");
    try (AgentProcess agent = options.start()) {
      try (RawClient client = agent.connect()) {
        client.put("k 60000", VALUE);
        client.ask("GET k").close();
      }
      agent.signal(signal);
      assertNotEquals(0, agent.await(), "it crashed");
      assertEquals(List.of("agent.sock", "stderr", "stdout"), names(agent.folder()), "cwd");
      assertEquals(List.of(), names(folder), "home and TMPDIR");
      assertEquals(List.of(), filesOf(agent.pid()), "/tmp");
      assertEquals("", Files.readString(agent.folder().resolve("stdout")));
      // Its own lines only: nothing of the JVM's, no value.
      for (String line : agent.stderr().split("\n")) {
        assertTrue(line.startsWith("secmem-agent: ") || line.startsWith("{\"seq\":"), line);
        assertFalse(line.contains(VALUE), line);
      }
    } finally {
      Distribution.delete(folder);
    }
  }

  /** The same signal makes a JVM without the launcher's options write its report. */
  @Test
  void aJvmWithoutOurOptionsWritesAReport() throws Exception {
    Path folder = Distribution.temporaryFolder("secmem-it-crash-");
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-XX:-CreateCoredumpOnCrash",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CrashIT.class.getName())
              .directory(folder.toFile())
              .start();
      assertEquals('.', process.getInputStream().read());
      Kernel.kill(process.pid(), SIGSEGV);
      process.getInputStream().readAllBytes();
      process.waitFor();
      assertEquals(List.of("hs_err_pid" + process.pid() + ".log"), names(folder));
    } finally {
      Distribution.delete(folder);
    }
  }

  /** The control's program: says that it runs, and waits. */
  public static void main(String[] arguments) throws Exception {
    System.out.write('.');
    System.out.flush();
    Thread.sleep(AgentProcess.PATIENCE_SECONDS * 1000);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /**
   * What lies in the shared temporary folder, or beneath a user's hsperfdata there, of a process.
   */
  private static List<String> filesOf(long pid) throws IOException {
    String id = Long.toString(pid);
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.contains("pid" + id) || name.equals("core." + id)) {
          found.add(name);
        }
        if (name.startsWith("hsperfdata_") && Files.exists(file.resolve(id))) {
          found.add(name + "/" + id);
        }
      }
    }
    return found;
  }
}

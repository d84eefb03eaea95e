package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecTest {
  /** Stands for an argument that the kernel takes from nobody. */
  private static final String LARGE = "large";

  private static final int SIGUSR1 = 10;
  private static final int SIGPIPE = 13;
  private static final int SIGTERM = 15;

  @TempDir Path folder;

  @Test
  void theProgramTakesThePlaceWithItsArgumentsVariablesSignalsAndDescriptors() throws Exception {
    ChildJvm.Result result = ChildJvm.own().result(BecomesShell.class);
    Map<String, String> told = result.values();
    assertEquals(37, result.exitCode(), result::output);
    assertEquals("same", told.get("pid"), result::output);
    assertEquals("a b|c", told.get("arguments"));
    assertEquals("A=1|S=hidden", told.get("variables"));
    assertEquals(told.get("expected_ignored"), told.get("ignored"));
    assertEquals(hex(SIGUSR1), told.get("blocked"));
    Set<String> descriptors = new HashSet<>(List.of(told.get("descriptors").split(" ")));
    // The one through which the shell lists them.
    descriptors.remove("3");
    assertEquals(Set.of("0", "1", "2", told.get("kept")), descriptors);
  }

  @Test
  void aSignalEndsTheProgramAsIfNobodyHadStoodBefore() throws Exception {
    assertEquals(128 + SIGTERM, ChildJvm.own().result(EndsBySignal.class).exitCode());
  }

  @Test
  void aScriptWithoutAFirstLineGoesToSh() throws Exception {
    Path script = Files.writeString(folder.resolve("script"), "echo script=$1; exit 3\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    ChildJvm.Result result = ChildJvm.own().result(Becomes.class, script.toString(), "one");
    assertEquals("one", result.values().get("script"), result::output);
    assertEquals(3, result.exitCode());
  }

  @Test
  void whatCannotBeExecutedIsTold() throws Exception {
    Path plain = Files.writeString(folder.resolve("plain"), "x");
    assertTrue(failure("/nonexistent/program").contains("ENOENT"));
    assertTrue(failure("no-such-program").contains("ENOENT"));
    assertTrue(failure("").contains("ENOENT"));
    assertTrue(failure(plain.toString()).contains("EACCES"));
    assertTrue(failure("/bin/echo", LARGE).contains("E2BIG"));
  }

  @Test
  void aVariableWithoutItsEndIsRefused() {
    Exec exec = new Exec(List.of(bytes("true")), List.of());
    ByteBuffer open = ByteBuffer.allocateDirect(3).put(bytes("A=1")).flip();
    assertThrows(IllegalArgumentException.class, () -> exec.secretVariable(open));
    ByteBuffer none = ByteBuffer.allocateDirect(0);
    assertThrows(IllegalArgumentException.class, () -> exec.secretVariable(none));
  }

  private String failure(String... command) throws Exception {
    ChildJvm.Result result = ChildJvm.own().result(Becomes.class, command);
    assertEquals(1, result.exitCode());
    String failure = result.values().get("failure");
    assertFalse(failure == null, result::output);
    return failure;
  }

  /** Becomes the program of its arguments. */
  static final class Becomes {
    public static void main(String[] words) throws Exception {
      try {
        List<byte[]> command = Arrays.stream(words).map(Becomes::word).toList();
        new Exec(command, List.of(bytes("PATH=/usr/bin:/bin"))).replaceProcess();
      } catch (LinuxException e) {
        ChildJvm.tell("failure", e.getMessage());
        System.exit(1);
      }
    }

    private static byte[] word(String word) {
      return bytes(word.equals(LARGE) ? "x".repeat(200_000) : word);
    }
  }

  static final class EndsBySignal {
    public static void main(String[] words) throws Exception {
      List<byte[]> command = List.of(bytes("sh"), bytes("-c"), bytes("kill -TERM $$; sleep 9"));
      new Exec(command, List.of(bytes("PATH=/usr/bin:/bin"))).replaceProcess();
    }
  }

  static final class BecomesShell {
    private static final String SCRIPT =
        "[ $$ = $PID ] && echo pid=same; echo \"arguments=$1|$2\"; echo \"variables=A=$A|S=$S\";"
            + " while read -r key value; do case $key in SigIgn:) echo ignored=$value;;"
            + " SigBlk:) echo blocked=$value;; esac;"
            + " done </proc/$$/status; cd /proc/$$/fd; set -- *; echo \"descriptors=$*\"; exit 37";

    public static void main(String[] words) throws Exception {
      // One that is not close-on-exec and not to be kept, and one that is both.
      int dropped = Memfd.create();
      Descriptor.setCloseOnExec(dropped, false);
      int kept = Memfd.create();
      ChildJvm.tell("kept", kept);
      // What was ignored when the tests were started stays so.
      long ignored = SignalState.ofCaller().ignored() | SignalState.bit(SIGPIPE);
      ChildJvm.tell("expected_ignored", String.format("%016x", ignored));
      List<byte[]> command =
          List.of(bytes("sh"), bytes("-c"), bytes(SCRIPT), bytes("sh"), bytes("a b"), bytes("c"));
      byte[] pid = bytes("PID=" + ProcessHandle.current().pid());
      try (RandomAccessFile open = new RandomAccessFile("/dev/null", "r")) {
        open.length();
        ByteBuffer secret = ByteBuffer.allocateDirect(16).put(bytes("xS=hidden\0")).flip();
        new Exec(command, List.of(bytes("A=1"), pid, bytes("PATH=/usr/bin:/bin")))
            .secretVariable(secret.position(1))
            .signals(new SignalState(SignalState.bit(SIGUSR1), SignalState.bit(SIGPIPE)))
            .descriptors(0, 1, 2, kept)
            .replaceProcess();
      }
    }
  }

  private static String hex(int... signals) {
    long set = 0;
    for (int signal : signals) {
      set |= SignalState.bit(signal);
    }
    return String.format("%016x", set);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

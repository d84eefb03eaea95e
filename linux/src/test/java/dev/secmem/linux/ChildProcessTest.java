package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessTest {
  private static final SignalState NONE = new SignalState(0, 0);
  private static final int SIGTERM = 15;

  @TempDir Path folder;

  @Test
  void givesTheExitCode() throws Exception {
    assertEquals(0, sh("exit 0").waitFor());
    ChildProcess child = sh("exit 37");
    assertEquals(37, child.waitFor());
    assertEquals(37, child.waitFor(), "a second wait gives the same");
  }

  @Test
  void givesTheSignalThatEndedIt() throws Exception {
    ChildProcess child = sh("exec sleep 60");
    CompletableFuture<Integer> end = inThread(child);
    child.kill(SIGTERM);
    assertEquals(128 + SIGTERM, end.get());
    child.kill(SIGTERM);
    assertEquals(128 + SIGTERM, child.waitFor());
  }

  @Test
  void severalThreadsMayWait() throws Exception {
    ChildProcess child = sh("sleep 0.2; exit 5");
    List<CompletableFuture<Integer>> ends = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ends.add(inThread(child));
    }
    for (CompletableFuture<Integer> end : ends) {
      assertEquals(5, end.get());
    }
  }

  @Test
  void handsOnArgumentsAndEnvironmentByteForByte() throws Exception {
    byte[] odd = {'A', '=', (byte) 0xff, '\n', ' ', '"', (byte) 0xc3};
    byte[] invalidName = bytes("a.b%%=x");
    Path variables = folder.resolve("variables");
    Path words = folder.resolve("words");
    List<byte[]> command =
        List.of(
            bytes("/bin/sh"),
            bytes("-c"),
            bytes("cat /proc/$$/environ >" + variables + "; printf %s \"$1\" >" + words),
            bytes("sh"),
            odd);
    ChildProcess child =
        ChildProcess.spawn(command, List.of(bytes("PATH=/usr/bin:/bin"), odd, invalidName), NONE);
    assertEquals(0, child.waitFor());
    assertEquals(
        latin1(bytes("PATH=/usr/bin:/bin")) + '\0' + latin1(odd) + '\0' + "a.b%%=x\0",
        latin1(Files.readAllBytes(variables)));
    assertEquals(latin1(odd), latin1(Files.readAllBytes(words)));
  }

  @Test
  void looksInThePathOfTheGivenEnvironment() throws Exception {
    script("first", "exit 11", "rwx------");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.move(script("first2", "exit 12", "rwx------"), other.resolve("first"));
    assertEquals(11, spawn("PATH=/nonexistent:" + folder + ":" + other, "first").waitFor());
    assertEquals(12, spawn("PATH=" + other + ":" + folder, "first").waitFor());
  }

  @Test
  void givesAScriptWithoutAHeadToTheShell() throws Exception {
    Path script = Files.writeString(folder.resolve("plain"), "exit $1\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    assertEquals(9, spawn("PATH=" + folder, "plain", "9").waitFor());
  }

  @Test
  void tellsAMissingProgramFromOneThatMayNotRun() throws Exception {
    script("closed", "exit 0", "rw-------");
    assertEquals(
        Errno.ENOENT,
        assertThrows(LinuxException.class, () -> spawn("PATH=" + folder, "absent")).errno());
    assertEquals(
        Errno.EACCES,
        assertThrows(
                LinuxException.class, () -> spawn("PATH=" + folder + ":/nonexistent", "closed"))
            .errno());
    assertEquals(
        Errno.ENOENT, assertThrows(LinuxException.class, () -> spawn("PATH=/bin", "")).errno());
    assertThrows(IllegalArgumentException.class, () -> spawn("PATH=/bin", "sh", "a\0b"));
  }

  @Test
  void handsOnDescriptorsThatAreNotCloseOnExec() throws Exception {
    int[] pair = UnixSocket.pair();
    try {
      Descriptor.setCloseOnExec(pair[0], false);
      Path list = folder.resolve("list");
      assertEquals(0, sh("ls /proc/$$/fd >" + list).waitFor());
      List<String> open = Files.readAllLines(list);
      assertTrue(open.contains(Integer.toString(pair[0])), open::toString);
      assertFalse(open.contains(Integer.toString(pair[1])), open::toString);
    } finally {
      Descriptor.close(pair[0]);
      Descriptor.close(pair[1]);
    }
  }

  @Test
  void setsWhatIsBlockedAndIgnored() throws Exception {
    long usr1 = 1L << 9;
    long usr2 = 1L << 11;
    Path status = folder.resolve("status");
    ChildProcess child =
        ChildProcess.spawn(
            // Not through a shell: some of them unblock everything.
            words("cp", "/proc/self/status", status.toString()),
            List.of(),
            new SignalState(usr1, 0));
    assertEquals(0, child.waitFor());
    String text = Files.readString(status);
    assertTrue(text.contains("SigBlk:\t0000000000000200\n"), text);
    assertTrue(text.contains("SigIgn:\t0000000000000000\n"), text);
    // What this process itself does not ignore cannot be handed on as ignored: exec only keeps.
    assertEquals(0, SignalState.ofCaller().ignored() & usr2, "a test run ignores nothing");
  }

  @Test
  void leavesNoDescriptorAndNoZombieBehind() throws Exception {
    Set<String> before = Kernel.descriptors();
    for (int i = 0; i < 20; i++) {
      ChildProcess child = sh("exit 0");
      child.waitFor();
      assertFalse(Files.exists(Path.of("/proc/" + child.pid())), "reaped");
    }
    Kernel.assertNoneLeftOpen(before);
  }

  private Path script(String name, String line, String mode) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + line + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString(mode));
  }

  private static ChildProcess sh(String script) throws LinuxException {
    return spawn("PATH=/usr/bin:/bin", "/bin/sh", "-c", script);
  }

  private static ChildProcess spawn(String path, String... command) throws LinuxException {
    return ChildProcess.spawn(words(command), List.of(bytes(path)), NONE);
  }

  private static CompletableFuture<Integer> inThread(ChildProcess child) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return child.waitFor();
          } catch (LinuxException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static List<byte[]> words(String... words) {
    return Arrays.stream(words).map(ChildProcessTest::bytes).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

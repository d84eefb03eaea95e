package dev.secmem.transport.uds.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.AuthenticatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that run, whose files are copied, moved, replaced and deleted. */
final class ExecutableTest {
  private static final String KIND = "exe";

  @TempDir Path temporary;
  private Path folder;
  private Path program;
  private final List<Process> processes = new ArrayList<>();
  private final ExecutableAuthenticator strict = judge(false, true);

  private static ExecutableAuthenticator judge(boolean interpreters, boolean seesOthers) {
    return new ExecutableAuthenticator(
        ProcessReader.SYSTEM, new AuthenticatorOptions(interpreters), seesOthers);
  }

  @BeforeEach
  void copy() throws Exception {
    folder = temporary.toRealPath();
    program = Files.copy(Path.of("/bin/sleep").toRealPath(), folder.resolve("a program"));
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private TestPeer run(Path path) throws Exception {
    Process process = new ProcessBuilder(path.toString(), "1000").start();
    processes.add(process);
    return TestPeer.of(process);
  }

  private static String value(Path path) {
    return PercentEncoding.encode(path.toString());
  }

  @Test
  void theProgramAtThePathMatches() throws Exception {
    TestPeer peer = run(program);
    assertTrue(value(program).endsWith("/a%20program"));
    assertTrue(strict.matches(peer, KIND, value(program)));
    assertEquals(List.of(value(program)), strict.values(peer, KIND));
    assertFalse(strict.matches(peer, KIND, "/usr/bin/psql"));
    assertEquals("it runs another program", strict.refusal(peer, KIND, "/usr/bin/psql"));
  }

  @Test
  void aCopyAtAnotherPathDoesNot() throws Exception {
    Path copy = Files.copy(program, folder.resolve("copy"));
    TestPeer peer = run(copy);
    assertFalse(strict.matches(peer, KIND, value(program)));
    assertTrue(strict.matches(peer, KIND, value(copy)), "the control");
    Path link = Files.createLink(folder.resolve("link"), program);
    assertFalse(strict.matches(run(link), KIND, value(program)), "a hard link is another path");
  }

  @Test
  void aFileReplacedAtThePathEndsItForWhoRunsTheOldOne() throws Exception {
    TestPeer old = run(program);
    Path next = Files.copy(program, folder.resolve("next"));
    Files.move(next, program, StandardCopyOption.REPLACE_EXISTING);
    assertFalse(strict.matches(old, KIND, value(program)));
    assertTrue(strict.refusal(old, KIND, value(program)).contains("deleted or replaced"));
    assertThrows(PluginException.class, () -> strict.values(old, KIND));
    assertTrue(strict.matches(run(program), KIND, value(program)), "who runs the new one is in");
  }

  @Test
  void aDeletedFileMatchesNothingNotEvenOneNamedSo() throws Exception {
    TestPeer peer = run(program);
    Files.move(program, folder.resolve("moved"));
    assertFalse(strict.matches(peer, KIND, value(program)), "moved away");
    assertTrue(strict.matches(peer.nextRequest(), KIND, value(folder.resolve("moved"))));
    Files.delete(folder.resolve("moved"));
    Path lure = folder.resolve("moved (deleted)");
    Files.copy(Path.of("/bin/sleep").toRealPath(), lure);
    assertFalse(strict.matches(peer.nextRequest(), KIND, value(lure)));
    String refusal = strict.refusal(peer, KIND, value(folder.resolve("moved")));
    assertTrue(refusal.contains("deleted or replaced"), refusal);
    assertTrue(strict.matches(run(lure), KIND, value(lure)), "the control");
  }

  @Test
  void anExecChangesTheAnswerWithTheNextRequest() throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "read line; exec \"$0\" 1000", program.toString()).start();
    processes.add(shell);
    TestPeer peer = TestPeer.of(shell);
    assertFalse(strict.matches(peer, KIND, value(program)));
    shell.getOutputStream().write('\n');
    shell.getOutputStream().flush();
    long end = System.nanoTime() + 60_000_000_000L;
    while (!strict.matches(peer.nextRequest(), KIND, value(program))) {
      assertTrue(System.nanoTime() < end, "the exec was never seen");
      Thread.sleep(5);
    }
  }

  @Test
  void ofAProcessThatEndedThereIsNoProgram() throws Exception {
    TestPeer peer = run(program);
    assertTrue(strict.matches(peer, KIND, value(program)));
    processes.get(0).destroyForcibly().waitFor();
    assertThrows(
        PluginException.class, () -> strict.matches(peer.nextRequest(), KIND, value(program)));
    assertEquals("its program cannot be seen", strict.refusal(peer, KIND, value(program)));
  }

  @Test
  void interpretersNeedTheAgentsConsent() {
    TestPeer owner = new TestPeer(-1, 1, 0);
    assertRefused("interpreter", strict, owner, "/usr/bin/python3.99");
    assertRefused("interpreter", strict, owner, "/x/java");
    judge(true, true).approve(owner, KIND, "/x/java", true);
    strict.approve(owner, KIND, value(program), true);
    strict.approve(owner, KIND, "/not/there/yet", true);
  }

  @Test
  void whatCouldNeverMatchIsRefusedAtOnce() throws Exception {
    TestPeer owner = new TestPeer(-1, 1, 0);
    Path script = Files.writeString(folder.resolve("script"), "#!/bin/true\n");
    assertRefused("script", strict, owner, value(script));
    Path link = Files.createSymbolicLink(folder.resolve("link"), program);
    assertRefused("symbolic link", strict, owner, value(link));
    Path below = Files.createSymbolicLink(folder.resolve("below"), folder);
    assertRefused("symbolic link", strict, owner, value(below.resolve("a program")));
    assertRefused("no file", strict, owner, value(folder));
  }

  @Test
  void whoMayNotSeeAFileIsNotToldOfIt() throws Exception {
    Path script = Files.writeString(folder.resolve("script"), "#!/bin/true\n");
    TestPeer guest = new TestPeer(-1, 1, 12345);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    strict.approve(guest, KIND, value(script), true);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    strict.approve(guest, KIND, value(script), true);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefused("script", strict, guest, value(script)); // the control
  }

  @Test
  void withoutTheCapabilityOthersCannotBeJudged() {
    TestPeer owner = new TestPeer(-1, 1, 0);
    assertRefused("CAP_SYS_PTRACE", judge(false, false), owner, value(program));
    judge(false, false).approve(owner, KIND, value(program), false);
  }

  private static void assertRefused(
      String word, ExecutableAuthenticator judge, TestPeer owner, String value) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> judge.approve(owner, KIND, value, true));
    assertTrue(refused.getMessage().contains(word), refused.getMessage());
    // ERR bad-request, "bad grant: " and the message must fit the 128 bytes of a reply to PUT.
    assertTrue(refused.getMessage().length() <= 128 - 17 - 11, refused.getMessage());
  }
}

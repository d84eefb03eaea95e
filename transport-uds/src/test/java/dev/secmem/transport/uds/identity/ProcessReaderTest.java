package dev.secmem.transport.uds.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions and units through a folder that stands for /proc, of a process that is real. */
final class ProcessReaderTest {
  @TempDir Path root;
  private Process process;
  private TestPeer peer;

  @BeforeEach
  void start() throws Exception {
    process = new ProcessBuilder("sleep", "1000").start();
    peer = TestPeer.of(process);
    Files.createDirectory(folder());
    stat("S", 777);
    write("sessionid", "5");
    write("cgroup", "0::/system.slice/app.service\n");
  }

  @AfterEach
  void end() throws Exception {
    process.destroyForcibly().waitFor();
  }

  private Path folder() {
    return root.resolve(Long.toString(process.pid()));
  }

  private void write(String file, String content) throws Exception {
    Files.writeString(folder().resolve(file), content);
  }

  /** A program may call itself whatever it likes. */
  private void stat(String state, long start) throws Exception {
    write(
        "stat",
        process.pid() + " (a) S 1) " + state + " " + "0 ".repeat(18) + start + " 0 0 0 0\n");
  }

  private SessionAuthenticator sessions(boolean pidfds) {
    return new SessionAuthenticator(new ProcessReader(root, pidfds));
  }

  private static void assertUnknown(String message, SessionAuthenticator sessions, TestPeer peer) {
    PluginException unknown =
        assertThrows(PluginException.class, () -> sessions.matches(peer, "session", "5"));
    assertTrue(unknown.getMessage().contains(message), unknown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSessionIsTheOwnersOrAnother(boolean pidfds) throws Exception {
    SessionAuthenticator sessions = sessions(pidfds);
    assertTrue(sessions.matches(peer, "session", "5"));
    assertFalse(sessions.matches(peer, "session", "6"));
    assertEquals(List.of("5"), sessions.values(peer, "session"));
    assertEquals("it is of another login session", sessions.refusal(peer, "session", "6"));
    assertFalse(sessions.takesValue("session"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967295", "-1", "", "4294967296", "05", "x"})
  void anUnsetSessionIsNone(String id) throws Exception {
    write("sessionid", id);
    assertUnknown("unset", sessions(true), peer);
    assertThrows(PluginException.class, () -> sessions(true).values(peer, "session"));
    assertTrue(sessions(true).refusal(peer, "session", "5").contains("unset"));
  }

  @Test
  void aFactIsReadOnceAConnectionAndAFailureIsNotKept() throws Exception {
    SessionAuthenticator sessions = sessions(true);
    write("sessionid", "4294967295");
    assertUnknown("unset", sessions, peer);
    write("sessionid", "5");
    assertTrue(sessions.matches(peer, "session", "5"));
    write("sessionid", "6");
    assertTrue(sessions.matches(peer.nextRequest(), "session", "5"), "kept");
    assertTrue(sessions.matches(TestPeer.of(process), "session", "6"), "another connection");
  }

  @Test
  void ofAProcessThatEndedNothingIsKnownWhateverItsFilesSay() throws Exception {
    SessionAuthenticator sessions = sessions(true);
    assertTrue(sessions.matches(peer, "session", "5"));
    process.destroyForcibly().waitFor();
    assertUnknown("has ended", sessions, peer.nextRequest());
    assertUnknown("has ended", sessions, TestPeer.of(process));
    assertUnknown("namespace", sessions, new TestPeer(-1, 0, 0));
  }

  @Test
  void withoutPidfdsTheStartTimeTellsThatAPidWasGivenToAnother() throws Exception {
    SessionAuthenticator sessions = sessions(false);
    assertTrue(sessions.matches(peer, "session", "5"));
    stat("S", 778);
    assertUnknown("has ended", sessions, peer.nextRequest());
    stat("S", 777);
    assertTrue(sessions.matches(peer.nextRequest(), "session", "5"), "the control");
    stat("Z", 777);
    assertUnknown("has ended", sessions, peer.nextRequest());
    Files.delete(folder().resolve("stat"));
    assertUnknown("has ended", sessions, peer.nextRequest());
  }

  @Test
  void withoutPidfdsAChangeDuringTheReadingIsNoticed() throws Exception {
    ProcessReader reader = new ProcessReader(root, false);
    PluginException ended =
        assertThrows(
            PluginException.class,
            () ->
                reader.read(
                    peer,
                    "session",
                    folder -> {
                      Path stat = folder.resolve("stat");
                      Files.writeString(stat, Files.readString(stat).replace("777", "9"));
                      return "read";
                    }));
    assertTrue(ended.getMessage().contains("has ended"), ended.getMessage());
  }

  @Test
  void theEndDuringTheReadingIsNoticed() throws Exception {
    ProcessReader reader = new ProcessReader(root, true);
    PluginException ended =
        assertThrows(
            PluginException.class,
            () ->
                reader.read(
                    peer,
                    "session",
                    folder -> {
                      process.destroyForcibly();
                      awaitEnd();
                      return "read";
                    }));
    assertTrue(ended.getMessage().contains("has ended"), ended.getMessage());
  }

  private void awaitEnd() {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void realFilesTellTheSame() throws Exception {
    // The system's own: whatever session and unit this machine runs its tests in.
    String id = Files.readString(Path.of("/proc/self/sessionid"));
    SessionAuthenticator sessions = new SessionAuthenticator(ProcessReader.SYSTEM);
    if (id.equals("4294967295")) {
      assertUnknown("unset", sessions, peer);
    } else {
      assertEquals(List.of(id), sessions.values(peer, "session"));
    }
  }

  @Test
  void unitsMatchByTheirNames() throws Exception {
    UnitAuthenticator units = new UnitAuthenticator(new ProcessReader(root, true));
    assertTrue(units.matches(peer, "unit", "app.service"));
    assertFalse(units.matches(peer, "unit", "other.service"));
    assertEquals("it runs in another unit", units.refusal(peer, "unit", "other.service"));
    write("cgroup", "0::/system.slice/a@b.service\n");
    TestPeer other = TestPeer.of(process);
    assertEquals(List.of("a%40b.service"), units.values(other, "unit"));
    assertTrue(units.matches(other, "unit", units.normalize("unit", "a@b.service")));
    write("cgroup", "0::/user.slice/user-1.slice/user@1.service/app.slice/app.service\n");
    TestPeer user = TestPeer.of(process);
    assertThrows(PluginException.class, () -> units.matches(user, "unit", "app.service"));
    assertTrue(units.refusal(user, "unit", "app.service").contains("no unit of the system"));
  }
}

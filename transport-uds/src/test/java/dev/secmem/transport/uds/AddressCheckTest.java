package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.AddressCheck.State;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Folder;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server that looks after its own address. */
class AddressCheckTest extends ServerTestBase {
  private static final long PATIENCE_MILLIS = 20_000;

  @Override
  String choosePath() throws Exception {
    // Whatever the umask: a server refuses a folder that others can write to.
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    return Files.createDirectory(folder.resolve("sub"), mode).resolve("agent.sock").toString();
  }

  private void assertState(State state, String detail) {
    AddressCheck check = server.checkAddress(PATIENCE_MILLIS);
    assertEquals(state, check.state(), check.detail());
    assertTrue(check.detail().contains(detail), check.detail());
    assertEquals(state == State.HELD, check.detail().isEmpty());
  }

  private void assertServes() throws Exception {
    try (RawClient client = connect()) {
      client.assertAlive();
    }
  }

  @Test
  void aRemovedFileIsMadeAgainAndConnectionsStay() throws Exception {
    assertState(State.HELD, "");
    try (RawClient before = connect()) {
      before.assertAlive();
      for (int round = 0; round < 20; round++) {
        Files.delete(Path.of(path));
        assertState(State.RESTORED, path);
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path))));
        assertState(State.HELD, "");
        assertServes();
        before.assertAlive();
      }
    }
    server.close();
    assertFalse(Files.exists(Path.of(path)), "the new file is removed, too");
  }

  @Test
  void manyIdleThreadsMoveToTheNewSocket() throws Exception {
    RawClient[] clients = new RawClient[16];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = connect();
      clients[i].assertAlive();
    }
    for (RawClient client : clients) {
      client.close();
    }
    Files.delete(Path.of(path));
    assertState(State.RESTORED, path);
    for (int i = 0; i < clients.length; i++) {
      clients[i] = connect();
      clients[i].assertAlive();
    }
    for (RawClient client : clients) {
      client.close();
    }
  }

  @Test
  void clientsThatComeAllTheTimeSeeNothingButTheGap() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger served = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                while (!done.get()) {
                  try (RawClient client = new RawClient(path)) {
                    client.assertAlive();
                    served.incrementAndGet();
                  } catch (LinuxException e) {
                    Thread.onSpinWait(); // no file at this moment
                  } catch (Throwable e) {
                    failures.incrementAndGet();
                  }
                }
              });
      threads[i].start();
    }
    for (int round = 0; round < 50; round++) {
      Files.delete(Path.of(path));
      assertState(State.RESTORED, path);
    }
    int before = served.get();
    await(() -> served.get() > before + 10, "nobody is served any more");
    done.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    // Who was let in by the old socket but not yet accepted is cut off: at most one each round.
    assertTrue(failures.get() <= 50 * threads.length, failures + " cut off");
    assertState(State.HELD, "");
  }

  @Test
  void aDeadServersSocketThatTookThePlaceIsReplaced() throws Exception {
    Files.delete(Path.of(path));
    Descriptor.close(UnixSocket.listen(path, 0600, 1));
    assertState(State.RESTORED, path);
    assertServes();
  }

  @Test
  void anotherServerIsToldAndLeftAlone() throws Exception {
    Files.delete(Path.of(path));
    try (TransportServer other = provider.listen(ServerOptions.at(path))) {
      other.start(new MapHandler());
      assertState(State.TAKEN, "another agent (pid " + ProcessHandle.current().pid() + ")");
      assertEquals(State.HELD, other.checkAddress(PATIENCE_MILLIS).state());
      server.close();
      assertEquals(State.HELD, other.checkAddress(PATIENCE_MILLIS).state());
    }
  }

  @Test
  void whatIsNoSocketStays() throws Exception {
    Files.delete(Path.of(path));
    Files.writeString(Path.of(path), "mine");
    assertState(State.SILENT, "no socket of this user's");
    assertEquals("mine", Files.readString(Path.of(path)));
    Files.delete(Path.of(path));
    assertState(State.RESTORED, path);
  }

  @Test
  void aFolderThatIsNotWhereItWasIsGone() throws Exception {
    Path moved = folder.resolve("moved");
    Files.move(folder.resolve("sub"), moved);
    assertState(State.GONE, "folder");
    Files.createDirectory(folder.resolve("sub"));
    assertState(State.GONE, "folder");
    assertFalse(Files.exists(Path.of(path)), "nothing is made in a folder that is not ours");
    Files.delete(folder.resolve("sub"));
    Files.move(moved, folder.resolve("sub"));
    assertState(State.HELD, "");
    Files.delete(Path.of(path));
    Files.delete(folder.resolve("sub"));
    assertState(State.GONE, "folder");
  }

  @Test
  void theFilesTimesAreRefreshedNowAndThen() throws Exception {
    int place = Descriptor.openPlace(path);
    try {
      long old = 1_000_000_000L;
      TestLibc.setTimes(place, old);
      assertEquals(FileTime.from(old, TimeUnit.SECONDS), Files.getLastModifiedTime(Path.of(path)));
      for (int i = 0; i < 12; i++) {
        assertState(State.HELD, "");
      }
      long age = System.currentTimeMillis() - Files.getLastModifiedTime(Path.of(path)).toMillis();
      assertTrue(age < 600_000, "age " + age);
    } finally {
      Descriptor.close(place);
    }
  }

  @Test
  void aFolderWhoseLockIsHeldIsWaitedForShortly() throws Exception {
    Files.delete(Path.of(path));
    try (Folder lock = Folder.open(folder.resolve("sub").toString(), false)) {
      assertTrue(lock.tryLock());
      assertState(State.SILENT, "lock");
    }
    assertState(State.RESTORED, path);
  }

  @Test
  void closeDuringACheckEndsIt() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger wrong = new AtomicInteger();
    Thread checker =
        new Thread(
            () -> {
              while (!stop.get()) {
                State state = server.checkAddress(PATIENCE_MILLIS).state();
                if (state != State.HELD && state != State.SILENT) {
                  wrong.incrementAndGet();
                }
              }
            });
    checker.start();
    await(() -> handler.requests.get() > 10, "no check is made");
    server.close();
    assertEquals(State.SILENT, server.checkAddress(PATIENCE_MILLIS).state());
    stop.set(true);
    checker.join(PATIENCE_MILLIS);
    assertFalse(checker.isAlive());
    assertEquals(0, wrong.get());
  }
}

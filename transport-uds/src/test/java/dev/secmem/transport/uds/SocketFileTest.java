package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.UnixSocket;
import dev.secmem.tck.Capability;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies at a server's path before, during and after. */
class SocketFileTest {
  @TempDir Path folder;

  private final UdsTransportProvider provider = new UdsTransportProvider();
  private Path path;

  @BeforeEach
  void path() {
    path = folder.resolve("agent.sock");
  }

  private TransportServer listen() throws PluginException {
    return provider.listen(ServerOptions.at(path.toString()));
  }

  private TransportServer listen(int mode, boolean othersAdmitted) throws PluginException {
    return provider.listen(new ServerOptions(path.toString(), mode, othersAdmitted, 1000, 1000));
  }

  private String mode() throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private void assertRefused(String why) {
    PluginException refused = assertThrows(PluginException.class, this::listen);
    assertEquals(PluginException.Reason.UNAVAILABLE, refused.reason());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  /** A socket whose server died. */
  private void leaveStaleSocket() throws Exception {
    Descriptor.close(UnixSocket.listen(path.toString(), 0600, 1));
    assertTrue(Files.exists(path));
  }

  @Test
  void permissions() throws Exception {
    int umask = TestLibc.umask();
    try (TransportServer server = listen()) {
      assertEquals("rw-------", mode());
      assertEquals(path.toString(), server.address());
    }
    listen(-1, true).close();
    try (TransportServer server = listen(-1, true)) {
      assertEquals("rw-rw-rw-", mode(), server.address());
    }
    try (TransportServer server = listen(0640, true)) {
      assertEquals("rw-r-----", mode(), server.address());
    }
    assertEquals(umask, TestLibc.umask());
  }

  @Test
  void permissionsAreRightFromTheFirstMoment() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService watcher = Executors.newSingleThreadExecutor();
    Future<Integer> seen =
        watcher.submit(
            () -> {
              int count = 0;
              while (!done.get()) {
                try {
                  assertEquals("rw-------", mode());
                  count++;
                } catch (java.nio.file.NoSuchFileException e) {
                  Thread.onSpinWait();
                }
              }
              return count;
            });
    // Until it was seen often enough, in case the watcher starts late.
    for (int i = 0; i < 300; i++) {
      listen().close();
    }
    TransportServer last = listen();
    Thread.sleep(50);
    done.set(true);
    assertTrue(seen.get() > 0, "the watcher saw nothing");
    last.close();
    watcher.shutdown();
  }

  @Test
  void staleSocketIsReplaced() throws Exception {
    leaveStaleSocket();
    try (TransportServer server = listen()) {
      server.start(new MapHandler());
      try (RawClient client = new RawClient(path.toString())) {
        client.assertAlive();
      }
    }
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count(), "something is left in the folder");
    }
  }

  @Test
  void everythingElseStays() throws Exception {
    Files.writeString(path, "mine");
    assertRefused("no socket of this user's");
    assertEquals("mine", Files.readString(path));
    Files.delete(path);

    Files.createDirectory(path);
    assertRefused("no socket of this user's");
    Files.delete(path);

    Path target = folder.resolve("other.sock");
    Descriptor.close(UnixSocket.listen(target.toString(), 0600, 1));
    Files.createSymbolicLink(path, target);
    assertRefused("no socket of this user's");
    assertTrue(Files.isSymbolicLink(path));
    assertTrue(Files.exists(target));
  }

  @Test
  void anotherUsersSocketStays() throws Exception {
    Capability.require(OwnIdentity.uid() == 0, "only root can give a socket away");
    leaveStaleSocket();
    Files.setAttribute(path, "unix:uid", 12345);
    assertRefused("no socket of this user's");
    assertTrue(Files.exists(path));
  }

  @Test
  void liveAgentStays() throws Exception {
    try (TransportServer first = listen()) {
      assertRefused("another agent (pid " + ProcessHandle.current().pid() + ") answers at " + path);
      first.start(new MapHandler());
      assertRefused("another agent");
      try (RawClient client = new RawClient(path.toString())) {
        client.assertAlive();
      }
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void agentWithAFullQueueStays() throws Exception {
    int busy = UnixSocket.listen(path.toString(), 0600, 0);
    int waiting = UnixSocket.connect(path.toString());
    assertRefused("cannot listen at " + path);
    Descriptor.close(waiting);
    Descriptor.close(busy);
    assertTrue(Files.exists(path));
  }

  @Test
  void ofManyThatStartOnAStaleSocketOneWins() throws Exception {
    int contenders = 4;
    ExecutorService threads = Executors.newFixedThreadPool(contenders);
    for (int round = 0; round < 40; round++) {
      if (round % 2 == 0) {
        leaveStaleSocket();
      }
      List<Callable<TransportServer>> starts = new ArrayList<>();
      for (int i = 0; i < contenders; i++) {
        starts.add(
            () -> {
              try {
                return listen();
              } catch (PluginException e) {
                assertTrue(e.getMessage().contains("another agent"), e.getMessage());
                return null;
              }
            });
      }
      List<TransportServer> winners = new ArrayList<>();
      for (Future<TransportServer> start : threads.invokeAll(starts)) {
        if (start.get() != null) {
          winners.add(start.get());
        }
      }
      assertEquals(1, winners.size(), "round " + round);
      winners.get(0).start(new MapHandler());
      try (RawClient client = new RawClient(path.toString())) {
        client.assertAlive();
      }
      winners.get(0).close();
    }
    threads.shutdown();
  }

  @Test
  void fileThatIsNoLongerOursStaysAtClose() throws Exception {
    TransportServer server = listen();
    Files.delete(path);
    Files.writeString(path, "mine");
    server.close();
    assertEquals("mine", Files.readString(path));
    Files.delete(path);

    server = listen();
    Files.delete(path);
    try (TransportServer other = listen()) {
      server.close();
      assertTrue(Files.exists(path, LinkOption.NOFOLLOW_LINKS), other.address());
    }
    listen().close();
  }

  @Test
  void lockedFolderIsSaidSo() throws Exception {
    try (var lock = dev.secmem.linux.Folder.open(folder.toString(), false)) {
      assertTrue(lock.tryLock());
      assertRefused("lock");
    }
    listen().close();
  }

  @Test
  void diskIsWarnedOfAndRamIsNot() throws Exception {
    try (TransportServer server = listen()) {
      boolean ram = Files.getFileStore(folder).type().equals("tmpfs");
      assertEquals(ram ? 0 : 1, server.warnings().size());
    }
    Path shm = Path.of("/dev/shm");
    Capability.require(Files.isDirectory(shm), "no /dev/shm");
    Path inRam = Files.createTempDirectory(shm, "secmem-test");
    try (TransportServer server = provider.listen(ServerOptions.at(inRam + "/s"))) {
      assertEquals(List.of(), server.warnings());
    } finally {
      Files.delete(inRam);
    }
  }

  @Test
  void pathThatIsTooLong() {
    path = folder.resolve("x".repeat(120));
    assertRefused("a socket can have 107");
  }

  @Test
  void relativePath() throws Exception {
    Path relative = Path.of("target", "relative.sock");
    try (TransportServer server = provider.listen(ServerOptions.at(relative.toString()))) {
      assertEquals(relative.toString(), server.address());
      assertTrue(Files.exists(relative));
    }
    assertFalse(Files.exists(relative));
  }
}

package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixSocketTest {
  @TempDir Path folder;

  private Set<String> before;
  private String path;
  private int listening;

  @BeforeEach
  void listen() throws LinuxException, IOException {
    before = Kernel.descriptors();
    path = folder.resolve("s").toString();
    listening = UnixSocket.listen(path, 0666, 8);
    UnixSocket.setReceiveTimeout(listening, 60_000);
  }

  @AfterEach
  void close() throws IOException {
    Descriptor.close(listening);
    Kernel.assertNoneLeftOpen(before);
  }

  @Test
  void aSignalNeitherEndsAWaitNorMakesItFail() throws Exception {
    int gettid = System.getProperty("os.arch").equals("amd64") ? 186 : 178;
    int tgkill = System.getProperty("os.arch").equals("amd64") ? 234 : 131;
    int sigpipe = 13; // the JVM has a handler for it, which does nothing
    CompletableFuture<Integer> threadId = new CompletableFuture<>();
    CompletableFuture<Boolean> waited = new CompletableFuture<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                threadId.complete((int) Libc.SYSCALL.call(gettid, 0, 0, 0, 0, 0));
                waited.complete(UnixSocket.awaitClient(listening, 300));
              } catch (Throwable e) {
                waited.completeExceptionally(e);
              }
            });
    waiter.setDaemon(true);
    long start = System.nanoTime();
    waiter.start();
    while (!waited.isDone()) {
      Libc.SYSCALL.call(tgkill, ProcessHandle.current().pid(), threadId.get(), sigpipe, 0, 0);
      Thread.sleep(5);
    }
    assertFalse(waited.get());
    assertTrue(System.nanoTime() - start >= 300_000_000L);
    waiter.join();
  }

  @Test
  void theKernelTellsWhoConnected() throws Exception {
    int client = UnixSocket.connect(path);
    int server = UnixSocket.accept(listening);
    try {
      assertTrue(Kernel.isCloseOnExec(client));
      assertTrue(Kernel.isCloseOnExec(server));
      PeerCredentials peer = UnixSocket.peerCredentials(server);
      assertEquals(ProcessHandle.current().pid(), peer.pid());
      assertEquals(OwnIdentity.uid(), peer.uid());
      assertEquals(OwnIdentity.gid(), peer.gid());
      assertEquals(peer, UnixSocket.peerCredentials(client), "the server's, seen by the client");
      assertArrayEquals(ownGroups(), sorted(UnixSocket.peerGroups(server)));
      int pidfd = UnixSocket.peerPidfd(server);
      assertEquals(
          Long.toString(ProcessHandle.current().pid()),
          Kernel.statusOf("/proc/self/fdinfo/" + pidfd, "Pid"));
      assertTrue(Kernel.isCloseOnExec(pidfd));
      Descriptor.close(pidfd);
    } finally {
      Descriptor.close(client);
      Descriptor.close(server);
    }
  }

  @Test
  void anotherUidIsSeenWithItsGroups() throws Exception {
    Kernel.assumeRoot();
    Kernel.letOthersIn(folder);
    StringBuilder groups = new StringBuilder("7");
    for (int gid = 1000; gid < 1100; gid++) {
      groups.append(',').append(gid); // more than the first buffer has room for
    }
    ChildJvm child = ChildJvm.ofUid(12345, folder, "--groups", groups.toString());
    CompletableFuture<ChildJvm.Result> ended =
        CompletableFuture.supplyAsync(() -> result(child, path));
    int server = UnixSocket.accept(listening);
    try {
      PeerCredentials peer = UnixSocket.peerCredentials(server);
      assertEquals(12345, peer.uid());
      assertEquals(12345, peer.gid());
      assertTrue(peer.pid() != ProcessHandle.current().pid());
      long[] seen = sorted(UnixSocket.peerGroups(server));
      assertEquals(101, seen.length);
      assertEquals(7, seen[0]);
      assertEquals(1099, seen[100]);
      new MessageChannel(server).send(Kernel.direct("bye"), -1);
    } finally {
      Descriptor.close(server);
    }
    ChildJvm.Result result = ended.get();
    assertEquals(0, result.exitCode(), result.output());
    assertEquals("3", result.values().get("received"));
    assertEquals(Long.toString(OwnIdentity.uid()), result.values().get("server_uid"));
  }

  private static ChildJvm.Result result(ChildJvm child, String path) {
    try {
      return child.result(Connects.class, path);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static final class Connects {
    public static void main(String[] arguments) throws LinuxException {
      int fd = UnixSocket.connect(arguments[0], 60_000);
      ChildJvm.tell("server_uid", UnixSocket.peerCredentials(fd).uid());
      ChildJvm.tell("received", new MessageChannel(fd).receive(ByteBuffer.allocateDirect(8)));
    }
  }

  @Test
  void whereNobodyListensConnectingFailsAndLeaksNothing() {
    assertFails(Errno.ENOENT, folder.resolve("none").toString());
    assertFails(Errno.EACCES, Errno.ECONNREFUSED, "/proc/self/cmdline");
  }

  @Test
  void aSocketWhoseOwnerIsGoneRefuses() throws LinuxException {
    String dead = folder.resolve("dead").toString();
    Descriptor.close(UnixSocket.listen(dead, 0600, 1));
    assertFails(Errno.ECONNREFUSED, dead);
  }

  @Test
  void aPathMayHave107Bytes() throws LinuxException {
    String longest =
        folder + "/" + "x".repeat(UnixSocket.MAX_PATH_BYTES - folder.toString().length() - 1);
    int other = UnixSocket.listen(longest, 0600, 1);
    Descriptor.close(UnixSocket.connect(longest));
    Descriptor.close(other);
    assertThrows(IllegalArgumentException.class, () -> UnixSocket.connect(longest + "x"));
    assertThrows(IllegalArgumentException.class, () -> UnixSocket.listen(longest + "x", 0600, 1));
    assertThrows(IllegalArgumentException.class, () -> UnixSocket.connect("é".repeat(54)));
  }

  @Test
  void aPathWithNulIsRefusedAndNotAnAbstractName() {
    assertThrows(IllegalArgumentException.class, () -> UnixSocket.connect("\0name"));
    assertThrows(IllegalArgumentException.class, () -> UnixSocket.connect(path + "\0x"));
    assertThrows(IllegalArgumentException.class, () -> UnixSocket.listen("\0name", 0600, 1));
  }

  @Test
  void listenGivesTheFileItsModeAndTakesNothingAway() throws Exception {
    String other = folder.resolve("mode").toString();
    int first = UnixSocket.listen(other, 0620, 1);
    assertEquals(0140620, Files.getAttribute(Path.of(other), "unix:mode"));
    assertEquals(
        Errno.EADDRINUSE,
        assertThrows(LinuxException.class, () -> UnixSocket.listen(other, 0600, 1)).errno());
    Descriptor.close(first);
    assertTrue(Files.exists(Path.of(other)), "the file stays");
  }

  @Test
  void awaitClientTellsWhetherOneWaits() throws LinuxException {
    assertFalse(UnixSocket.awaitClient(listening, 0));
    int client = UnixSocket.connect(path);
    assertTrue(UnixSocket.awaitClient(listening, 10_000));
    Descriptor.close(UnixSocket.accept(listening));
    Descriptor.close(client);
  }

  @Test
  void anAcceptThatWaitsTooLongIsEagainAndOneAfterShutdownEinval() throws LinuxException {
    UnixSocket.setReceiveTimeout(listening, 20);
    assertEquals(
        Errno.EAGAIN,
        assertThrows(LinuxException.class, () -> UnixSocket.accept(listening)).errno());
    UnixSocket.setReceiveTimeout(listening, 0);
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return UnixSocket.accept(listening);
              } catch (LinuxException e) {
                return -e.errno();
              }
            });
    UnixSocket.shutdown(listening);
    assertEquals(-Errno.EINVAL, waiting.join());
  }

  @Test
  void aFullQueueHoldsAClientUpAsLongAsItsTimeout() throws LinuxException {
    String small = folder.resolve("small").toString();
    int full = UnixSocket.listen(small, 0600, 0);
    int queued = UnixSocket.connect(small, 30);
    assertEquals(
        Errno.EAGAIN,
        assertThrows(LinuxException.class, () -> UnixSocket.connect(small, 30)).errno());
    Descriptor.close(queued);
    Descriptor.close(full);
  }

  @Test
  void shutdownWakesWhoReceivesAndCanBeRepeated() throws LinuxException {
    int[] pair = UnixSocket.pair();
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new MessageChannel(pair[0]).receive(ByteBuffer.allocateDirect(8));
              } catch (LinuxException e) {
                return -e.errno();
              }
            });
    UnixSocket.shutdown(pair[0]);
    assertEquals(0, waiting.join());
    UnixSocket.shutdown(pair[0]);
    UnixSocket.shutdown(pair[1]);
    Descriptor.close(pair[0]);
    Descriptor.close(pair[1]);
  }

  @Test
  void whatIsNoSocketIsToldApart() throws LinuxException {
    int fd = Memfd.create();
    assertEquals(
        Errno.ENOTSOCK,
        assertThrows(LinuxException.class, () -> UnixSocket.peerCredentials(fd)).errno());
    assertEquals(
        Errno.ENOTSOCK,
        assertThrows(LinuxException.class, () -> UnixSocket.peerGroups(fd)).errno());
    Descriptor.close(fd);
  }

  private static void assertFails(int errno, String path) {
    assertFails(errno, errno, path);
  }

  private static void assertFails(int errno, int orErrno, String path) {
    LinuxException failure = assertThrows(LinuxException.class, () -> UnixSocket.connect(path));
    assertTrue(failure.errno() == errno || failure.errno() == orErrno, failure.getMessage());
  }

  private static long[] ownGroups() throws IOException {
    String text = Kernel.status("Groups");
    return text.isEmpty()
        ? new long[0]
        : sorted(Arrays.stream(text.split("\\s+")).mapToLong(Long::parseLong).toArray());
  }

  private static long[] sorted(long[] values) {
    Arrays.sort(values);
    return values;
  }
}

package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.ResourceLimit;
import dev.secmem.linux.UnixSocket;
import dev.secmem.tck.Capability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Descriptors as clients must not send them; none of them may stay open. */
class DescriptorTest extends ServerTestBase {
  private static final byte[] VALUE = {1, 2, 3};

  private int memfd() throws Exception {
    return TestLibc.memfd(VALUE);
  }

  private void assertEnds(String answer, RawClient client) throws Exception {
    assertTrue(answer.startsWith("ERR bad-request "), answer);
    client.assertEnds();
    assertEquals(1, handler.rejected.size());
  }

  private void assertBadBody(int descriptor) throws Exception {
    try (RawClient client = connect()) {
      client.give("PUT x -\n", descriptor);
      String answer = client.line();
      assertTrue(answer.startsWith("ERR bad-request "), answer);
      client.assertAlive();
    }
    assertTrue(handler.values.isEmpty());
  }

  @Test
  void none() throws Exception {
    try (RawClient client = connect()) {
      assertTrue(client.ask("PUT x -").startsWith("ERR bad-request "));
      client.assertAlive();
    }
  }

  @Test
  void two() throws Exception {
    try (RawClient client = connect()) {
      assertEnds(client.give("PUT x -\n", memfd(), memfd()).line(), client);
    }
    assertTrue(handler.values.isEmpty());
  }

  @Test
  void asManyAsTheKernelPasses() throws Exception {
    int fd = memfd();
    int[] all = new int[MessageChannel.MAX_DESCRIPTORS];
    Arrays.fill(all, fd);
    for (String line : new String[] {"PUT x -\n", "HELLO\n", "FROB\n"}) {
      try (RawClient client = connect()) {
        String answer = client.send(line, all).line();
        assertTrue(answer.startsWith("ERR bad-request "), answer);
        client.assertEnds();
      }
    }
    Descriptor.close(fd);
  }

  @Test
  void onVerbThatTakesNone() throws Exception {
    try (RawClient client = connect()) {
      assertEnds(client.give("GET x\n", memfd()).line(), client);
    }
  }

  @Test
  void onUnknownVerb() throws Exception {
    try (RawClient client = connect()) {
      assertTrue(client.give("FROB x\n", memfd()).line().startsWith("ERR unknown-verb"));
      client.assertAlive();
    }
  }

  @Test
  void onMalformedLines() throws Exception {
    try (RawClient client = connect()) {
      assertTrue(client.give("PUT  x -\n", memfd()).line().startsWith("ERR bad-request"));
      client.assertAlive();
      assertTrue(client.give("\n", memfd()).line().startsWith("ERR bad-request"));
      client.assertEnds();
    }
  }

  @Test
  void twoLinesAndOneDescriptorGoesToTheLast() throws Exception {
    try (RawClient client = connect()) {
      client.give("PUT a -\nPUT b -\n", memfd());
      assertTrue(client.line().startsWith("ERR bad-request"));
      assertEquals("OK version=1", client.line());
      client.assertAlive();
    }
    assertEquals(java.util.Set.of("b"), handler.values.keySet());
  }

  @Test
  void bytesWithoutDescriptorInFrontOfIt() throws Exception {
    // The kernel hands these sends over in one read; the descriptor is the last line's.
    try (RawClient client = connect()) {
      client.send("HELLO\n").send("GET none\nPUT").send(" a -\n");
      client.give("PUT b -\n", memfd()).send("HELLO\n");
      assertTrue(client.line().startsWith("OK protocol"));
      assertTrue(client.line().startsWith("ERR not-found"));
      assertTrue(client.line().startsWith("ERR bad-request"));
      assertEquals("OK version=1", client.line());
      assertTrue(client.line().startsWith("OK protocol"));
    }
  }

  @Test
  void pipelinedLinesEachWithItsOwn() throws Exception {
    try (RawClient client = connect()) {
      int count = 20;
      for (int i = 0; i < count; i++) {
        client.give("PUT n" + i + " -\n", TestLibc.memfd(new byte[i]));
      }
      for (int i = 0; i < count; i++) {
        assertEquals("OK version=1", client.line());
        assertEquals(i, handler.values.get("n" + i).length);
      }
    }
  }

  @Test
  void withALineInProgress() throws Exception {
    try (RawClient client = connect()) {
      client.send("PUT x");
      Thread.sleep(50);
      client.give(" -\n", memfd());
      assertEnds(client.line(), client);
    }
  }

  @Test
  void secondOneWithTheRestOfALine() throws Exception {
    try (RawClient client = connect()) {
      client.give("PUT x", memfd());
      Thread.sleep(50);
      client.give(" -\n", memfd());
      assertEnds(client.line(), client);
    }
    assertTrue(handler.values.isEmpty());
  }

  @Test
  void restOfALineAndTheNextEachWithItsOwn() throws Exception {
    try (RawClient client = connect()) {
      client.give("PUT x", memfd());
      Thread.sleep(50);
      client.give(" -\nPUT y -\n", memfd());
      assertEquals("OK version=1", client.line());
      assertEquals("OK version=1", client.line());
    }
    assertEquals(java.util.Set.of("x", "y"), handler.values.keySet());
  }

  @Test
  void withALineThatIsNeverFinished() throws Exception {
    try (RawClient client = connect()) {
      client.give("HELLO\nPUT x", memfd());
      assertTrue(client.line().startsWith("OK"));
      TestLibc.shutdownWrite(client.socket);
      client.assertEnds();
    }
  }

  @Test
  void withABrokenLine() throws Exception {
    try (RawClient client = connect()) {
      assertEnds(client.give("PUT x\u0001\n", memfd()).line(), client);
    }
  }

  @Test
  void clientThatLeavesAtOnce() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (RawClient client = connect()) {
        client.give("PUT x -\nPUT y", memfd());
      }
    }
  }

  @Test
  void directory() throws Exception {
    assertBadBody(TestLibc.open("/proc", TestLibc.O_RDONLY));
  }

  @Test
  void pipe() throws Exception {
    int[] pipe = TestLibc.pipe();
    assertBadBody(pipe[0]);
    Descriptor.close(pipe[1]);
  }

  @Test
  void socket() throws Exception {
    int[] pair = UnixSocket.pair();
    assertBadBody(pair[0]);
    Descriptor.close(pair[1]);
  }

  @Test
  void device() throws Exception {
    assertBadBody(TestLibc.open("/dev/zero", TestLibc.O_RDONLY));
  }

  @Test
  void fileOfProc() throws Exception {
    assertBadBody(TestLibc.open("/proc/self/status", TestLibc.O_RDONLY));
  }

  @Test
  void fileOnDisk() throws Exception {
    Path file = Files.write(Path.of("target", "on-disk"), VALUE);
    Capability.require(
        !Files.getFileStore(file).type().equals("tmpfs"), "the build folder is in RAM");
    assertBadBody(TestLibc.open(file.toString(), TestLibc.O_RDONLY));
  }

  @Test
  void fileInRamThatIsNoMemfd() throws Exception {
    Capability.require(Files.isDirectory(Path.of("/dev/shm")), "no /dev/shm");
    Path file = Files.write(Files.createTempFile(Path.of("/dev/shm"), "secmem", ".test"), VALUE);
    try (RawClient client = connect()) {
      client.give("PUT x -\n", TestLibc.open(file.toString(), TestLibc.O_RDONLY));
      assertEquals("OK version=1", client.line());
      assertArrayEquals(VALUE, handler.values.get("x"));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void memfdThatCannotBeRead() throws Exception {
    int fd = memfd();
    int writeOnly = TestLibc.open("/proc/self/fd/" + fd, TestLibc.O_WRONLY);
    Descriptor.close(fd);
    assertBadBody(writeOnly);
  }

  @Test
  void memfdByPathOnly() throws Exception {
    int fd = memfd();
    int path = TestLibc.open("/proc/self/fd/" + fd, TestLibc.O_PATH);
    Descriptor.close(fd);
    assertBadBody(path);
  }

  @Test
  void memfdSecret() throws Exception {
    int fd = TestLibc.memfdSecret();
    Capability.require(fd >= 0, "this kernel has no memfd_secret");
    assertBadBody(fd);
  }

  @Test
  void memfdThatShrinksWhileItIsRead() throws Exception {
    int fd = memfd();
    handler.beforeRead = () -> TestLibc.truncate(fd, 1);
    try (RawClient client = connect()) {
      String answer = client.ask("PUT x -", fd);
      assertTrue(answer.startsWith("ERR bad-request"), answer);
      client.assertAlive();
    }
    Descriptor.close(fd);
    assertTrue(handler.values.isEmpty());
  }

  @Test
  void emptyMemfdIsABody() throws Exception {
    try (RawClient client = connect()) {
      assertEquals("OK version=1", client.give("PUT x -\n", TestLibc.memfd(new byte[0])).line());
      assertEquals("OK version=1 ttl_ms=5 size=0 owner=0", client.ask("GET x"));
      int delivered = client.takeDescriptors().get(0);
      assertEquals(0, Descriptor.status(delivered).sizeBytes());
      Descriptor.close(delivered);
    }
  }

  @Test
  void oneThatTheServerMayNotOpen() throws Exception {
    try (RawClient client = connect();
        RawClient second = connect()) {
      client.assertAlive();
      second.assertAlive();
      int fd = memfd();
      long soft = ResourceLimit.NOFILE.soft();
      long hard = ResourceLimit.NOFILE.hard();
      String lost;
      String unexpected;
      try {
        ResourceLimit.NOFILE.set(1, hard);
        lost = client.ask("PUT x -", fd);
        unexpected = second.ask("HELLO", fd);
      } finally {
        ResourceLimit.NOFILE.set(soft, hard);
      }
      assertTrue(lost.startsWith("ERR quota "), lost);
      assertEquals("OK version=1", client.ask("PUT x -", fd));
      assertTrue(unexpected.startsWith("ERR bad-request"), unexpected);
      second.assertEnds();
      Descriptor.close(fd);
    }
  }

  @Test
  void deliveryThatTheServerMayNotOpen() throws Exception {
    handler.values.put("x", VALUE);
    try (RawClient client = connect()) {
      client.assertAlive();
      long soft = ResourceLimit.NOFILE.soft();
      long hard = ResourceLimit.NOFILE.hard();
      String answer;
      try {
        ResourceLimit.NOFILE.set(1, hard);
        answer = client.ask("GET x");
      } finally {
        ResourceLimit.NOFILE.set(soft, hard);
      }
      assertTrue(answer.startsWith("ERR quota "), answer);
      assertTrue(client.ask("GET x").startsWith("OK "));
    }
  }

  @AfterEach
  void serverLives() throws Exception {
    try (RawClient client = connect()) {
      client.assertAlive();
    }
  }

  @Test
  void deliveryIsSealedAndNamedLikeEveryOther() throws Exception {
    handler.values.put("x", VALUE);
    try (RawClient client = connect()) {
      assertTrue(client.ask("GET x").startsWith("OK "));
      int fd = client.takeDescriptors().get(0);
      assertEquals(0xf, dev.secmem.linux.Memfd.seals(fd) & 0xf);
      assertEquals(
          "/memfd:secmem (deleted)",
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString());
      LinuxException refused =
          org.junit.jupiter.api.Assertions.assertThrows(
              LinuxException.class,
              () -> Descriptor.pwrite(fd, java.nio.ByteBuffer.allocateDirect(1), 0));
      assertEquals(Errno.EPERM, refused.errno());
      Descriptor.close(fd);
    }
  }
}

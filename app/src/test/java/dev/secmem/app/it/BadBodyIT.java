package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.api.Verb;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Descriptors that are missing, too many, or of the wrong kind. */
class BadBodyIT {
  private static final int LIMIT = 65_536;
  private static AgentProcess agent;

  private RawClient client;
  private OpenDescriptors descriptors;

  @BeforeAll
  static void start() {
    agent = AgentProcess.with("--max-secret-size", "64k").start();
    try (RawClient warm = agent.connect()) {
      warm.put("kept -", "kept value");
      warm.ask("GET kept").close();
      warm.ask("LIST").close();
    }
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @BeforeEach
  void connect() {
    descriptors = Kernel.isRoot() ? new OpenDescriptors(agent.pid()) : null;
    client = agent.connect();
  }

  @AfterEach
  void nothingIsLostAndNothingLeaks() {
    client.close();
    try (RawClient other = agent.connect()) {
      assertEquals("kept value", other.ask("GET kept").text());
      assertEquals("not-found", other.code("GET bad"), "a failed PUT changes nothing");
    }
    if (descriptors != null) {
      descriptors.expectNoMore();
    }
  }

  private void expectBadRequest(int descriptor) {
    try (Reply reply = client.ask("PUT bad 10000", descriptor)) {
      assertEquals("bad-request", reply.code(), reply.line());
      assertTrue(reply.line().length() < 128, reply.line());
    } finally {
      Descriptor.close(descriptor);
    }
    assertEquals("ok", client.code("HELLO"), "the connection goes on");
  }

  private void expectEndAfterBadRequest(String line, int... fds) {
    try (Reply reply = client.ask(line, fds)) {
      assertEquals("bad-request", reply.code(), reply.line());
    } finally {
      Arrays.stream(fds).distinct().forEach(Descriptor::close);
    }
    client.expectEnd();
  }

  @Test
  void aPutWithoutDescriptorIsBadRequestAndTheConnectionGoesOn() {
    assertEquals("bad-request", client.code("PUT bad 10000"));
    assertEquals("ok", client.code("HELLO"));
  }

  @Test
  void twoDescriptorsAreClosedAndEndTheConnection() {
    expectEndAfterBadRequest("PUT bad 10000", Kernel.memfd("a"), Kernel.memfd("b"));
  }

  @Test
  void asManyDescriptorsAsTheKernelPassesAreClosedAndEndTheConnection() {
    int[] fds = new int[MessageChannel.MAX_DESCRIPTORS];
    Arrays.fill(fds, Kernel.memfd("a"));
    expectEndAfterBadRequest("PUT bad 10000", fds);
  }

  @Test
  void aDescriptorOnALineThatTakesNoneEndsTheConnection() {
    expectEndAfterBadRequest("GET kept", Kernel.memfd("a"));
  }

  @Test
  void aDescriptorOnEachOtherVerbEndsTheConnection() {
    String[] lines = {
      "HELLO",
      "GET kept",
      "STAT kept",
      "TOUCH kept 1000",
      "DEL kept",
      "LIST",
      "STATUS",
      "METRICS",
      "AUDIT",
      "GRANT kept uid:7",
      "REVOKE kept uid:7",
      "RENAME kept bad",
      "WHOAMI",
      "EXPLAIN kept 1",
      "PUBKEY m ed25519",
      "PASSWORD a.example 20",
      "DERIVE m ed25519"
    };
    Set<Verb> verbs = EnumSet.noneOf(Verb.class);
    for (String line : lines) {
      try (RawClient one = agent.connect()) {
        int fd = Kernel.memfd("a");
        assertEquals("bad-request", one.code(line, fd), line);
        one.expectEnd();
        Descriptor.close(fd);
      }
      verbs.add(Verb.ofWire(line.split(" ")[0]));
    }
    Set<Verb> without = EnumSet.allOf(Verb.class);
    without.removeIf(Verb::takesBody);
    assertEquals(without, verbs, "each verb that takes no descriptor");
  }

  @Test
  void aDescriptorOnAnUnknownVerbIsClosedAndTheConnectionGoesOn() {
    int fd = Kernel.memfd("a");
    assertEquals("unknown-verb", client.code("FROB bad", fd));
    assertEquals("ok", client.code("HELLO"));
    Descriptor.close(fd);
  }

  @Test
  void ofTwoPutLinesTheLastOneBegunGetsTheDescriptor() {
    int fd = Kernel.memfd("second");
    client.send("PUT bad 10000\nPUT other 10000\n", fd);
    assertEquals("bad-request", client.reply().code());
    assertEquals("ok", client.reply().code());
    assertEquals("second", client.ask("GET other").text());
    assertEquals("ok", client.code("DEL other"));
    Descriptor.close(fd);
  }

  @Test
  void aDescriptorInTheMiddleOfALineEndsTheConnection() {
    int fd = Kernel.memfd("a");
    client.send("PUT ba");
    Await.sleep(200);
    client.send("d 10000\n", fd);
    assertEquals("bad-request", client.reply().code());
    client.expectEnd();
    Descriptor.close(fd);
  }

  @Test
  void aLineWithDescriptorThatNeverEndsIsDroppedWithIt() {
    int fd = Kernel.memfd("a");
    client.send("PUT bad 10000", fd);
    Kernel.shutdownWrite(client.socket());
    client.expectEnd();
    Descriptor.close(fd);
  }

  @Test
  void aFolderIsNoBody() {
    expectBadRequest(Kernel.open("/proc/self", Kernel.O_RDONLY));
  }

  @Test
  void aPipeIsNoBody() {
    int[] pipe = Kernel.pipe();
    expectBadRequest(pipe[0]);
    Descriptor.close(pipe[1]);
  }

  @Test
  void aSocketIsNoBody() throws Exception {
    int[] pair = UnixSocket.pair();
    expectBadRequest(pair[0]);
    Descriptor.close(pair[1]);
  }

  @Test
  void aSocketWhosePeerIsGoneIsNoBody() throws Exception {
    int[] pair = UnixSocket.pair();
    Descriptor.close(pair[1]);
    expectBadRequest(pair[0]);
  }

  @Test
  void aDeviceIsNoBody() {
    expectBadRequest(Kernel.open("/dev/zero", Kernel.O_RDONLY));
  }

  @Test
  void aFileOnDiskIsNoBody() throws Exception {
    Path file = Files.createTempFile(Path.of("target"), "body", "");
    Files.writeString(file, "value");
    expectBadRequest(Kernel.open(file.toString(), Kernel.O_RDONLY));
    Files.delete(file);
  }

  @Test
  void aFileOfTheKernelIsNoBody() {
    expectBadRequest(Kernel.open("/proc/self/status", Kernel.O_RDONLY));
    expectBadRequest(Kernel.open("/proc/self/mem", Kernel.O_RDWR));
  }

  @Test
  void aMemfdOpenedForWritingOnlyIsNoBody() {
    int fd = Kernel.memfd("a");
    int writeOnly = Kernel.open("/proc/self/fd/" + fd, Kernel.O_WRONLY);
    Descriptor.close(fd);
    expectBadRequest(writeOnly);
  }

  @Test
  void aMemfdOpenedAsAPathOnlyIsNoBody() {
    int fd = Kernel.memfd("a");
    int path = Kernel.open("/proc/self/fd/" + fd, 0x200000);
    Descriptor.close(fd);
    expectBadRequest(path);
  }

  @Test
  void secretMemoryIsNoBody() throws Exception {
    int fd = Kernel.secretMemory();
    assumeTrue(fd >= 0, "needs memfd_secret");
    Memfd.resize(fd, 4096);
    expectBadRequest(fd);
  }

  @Test
  void aFileInSharedMemoryIsTaken() throws Exception {
    Path folder = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(folder), "needs /dev/shm");
    Path file = Files.createTempFile(folder, "secmem-it", "");
    Files.writeString(file, "from tmpfs");
    int fd = Kernel.open(file.toString(), Kernel.O_RDONLY);
    Files.delete(file);
    assertEquals("ok", client.code("PUT other 10000", fd));
    Descriptor.close(fd);
    assertEquals("from tmpfs", client.ask("GET other").text());
    assertEquals("ok", client.code("DEL other"));
  }

  @Test
  void theWholeFileIsTakenWhereverItsOffsetStands() throws Exception {
    int fd = Kernel.memfd("from the start");
    Descriptor.read(fd, java.nio.ByteBuffer.allocateDirect(5));
    assertEquals("ok", client.code("PUT other 10000", fd));
    Descriptor.close(fd);
    assertEquals("from the start", client.ask("GET other").text());
    assertEquals("ok", client.code("DEL other"));
  }

  @Test
  void aMemfdThatShrinksWhileItIsReadIsBadRequestOrWholeAndNeverMixed() throws Exception {
    byte[] whole = new byte[LIMIT];
    Arrays.fill(whole, (byte) 'x');
    int fd = Kernel.memfd(whole);
    AtomicBoolean done = new AtomicBoolean();
    Thread shrinker =
        new Thread(
            () -> {
              while (!done.get()) {
                try {
                  Memfd.resize(fd, 4096);
                  Memfd.resize(fd, LIMIT);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }
            });
    shrinker.start();
    try {
      for (int i = 0; i < 300; i++) {
        String code = client.code("PUT other 10000", fd);
        assertTrue(code.equals("ok") || code.equals("bad-request"), code);
      }
    } finally {
      done.set(true);
      shrinker.join();
      Descriptor.close(fd);
    }
    try (Reply reply = client.ask("GET other")) {
      if (reply.isOk()) {
        long size = reply.number("size");
        assertTrue(size == LIMIT || size == 4096, reply.line());
        assertEquals("ok", client.code("DEL other"));
      }
    }
  }

  @Test
  void anEmptyValueIsAValue() {
    assertEquals("ok", client.tryPut("other 10000", new byte[0]).code());
    Reply reply = client.ask("GET other");
    assertEquals(0, reply.number("size"));
    assertEquals(0, reply.body().length);
    assertEquals("ok", client.code("DEL other"));
  }

  @Test
  void aValueAsLargeAsTheLimitIsTakenAndOneByteMoreIsTooLarge() {
    byte[] value = new byte[LIMIT];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i * 31);
    }
    assertEquals("ok", client.tryPut("other 10000", value).code());
    assertArrayEquals(value, client.ask("GET other").body());
    assertEquals("ok", client.code("DEL other"));
    assertEquals("too-large", client.tryPut("bad 10000", new byte[LIMIT + 1]).code());
    assertEquals("ok", client.code("HELLO"));
  }

  @Test
  void aHugeSparseFileIsTooLargeAtOnce() throws Exception {
    int fd = Memfd.create();
    Memfd.resize(fd, 1L << 40);
    assertEquals("too-large", client.code("PUT bad 10000", fd));
    Descriptor.close(fd);
  }

  @Test
  void theFormOfALineIsJudgedBeforeItsBody() {
    int fd = Kernel.open("/dev/zero", Kernel.O_RDONLY);
    for (String line : new String[] {"PUT bad 0", "PUT bad 10 twice", "PUT b\\d 10"}) {
      assertEquals("bad-request", client.code(line, fd), line);
    }
    Descriptor.close(fd);
    assertEquals("ok", client.code("HELLO"));
  }

  @Test
  void everyKindOfBadPutMixedManyTimesLeavesNothingOpen() throws Exception {
    int value = Kernel.memfd("v");
    int folder = Kernel.open("/", Kernel.O_RDONLY);
    int[] pair = UnixSocket.pair();
    for (int i = 0; i < 100; i++) {
      assertEquals("bad-request", client.code("PUT bad 10000", folder));
      assertEquals("bad-request", client.code("PUT bad 10000", pair[0]));
      assertEquals("bad-request", client.code("PUT bad", value));
      assertEquals("unknown-verb", client.code("LOCKS", value));
      assertEquals("ok", client.code("PUT other 10000", value));
      try (RawClient one = agent.connect()) {
        assertEquals("bad-request", one.code("STATUS", value, folder));
      }
    }
    assertEquals("ok", client.code("DEL other"));
    for (int fd : new int[] {value, folder, pair[0], pair[1]}) {
      Descriptor.close(fd);
    }
  }
}

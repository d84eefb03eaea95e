package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DescriptorTest {
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_PATH = 0x200000;

  private Set<String> before;
  private int fd;

  @BeforeEach
  void create() throws LinuxException, IOException {
    before = Kernel.descriptors();
    fd = Kernel.memfd("0123456789");
  }

  @AfterEach
  void close() throws IOException {
    Descriptor.close(fd);
    Kernel.assertNoneLeftOpen(before);
  }

  @Test
  void preadReadsAtItsOffsetAndMovesThePosition() throws LinuxException {
    ByteBuffer target = ByteBuffer.allocateDirect(8).position(2).limit(6);
    assertEquals(4, Descriptor.pread(fd, target, 3));
    assertEquals(6, target.position());
    assertEquals("\0\0003456\0\0", Kernel.text(target.clear()));
  }

  @Test
  void preadTellsTheEnd() throws LinuxException {
    ByteBuffer target = ByteBuffer.allocateDirect(8);
    assertEquals(2, Descriptor.pread(fd, target, 8));
    assertEquals(0, Descriptor.pread(fd, target, 10));
    assertEquals(0, Descriptor.pread(fd, target, 1L << 40));
    assertEquals(2, target.position());
    assertEquals(
        Errno.EINVAL,
        assertThrows(LinuxException.class, () -> Descriptor.pread(fd, target, -1)).errno());
    assertEquals(2, target.position());
  }

  @Test
  void pwriteWritesAllAtItsOffset() throws LinuxException {
    ByteBuffer source = Kernel.direct("--abc--").position(2).limit(5);
    Descriptor.pwrite(fd, source, 4);
    assertEquals(5, source.position());
    ByteBuffer content = ByteBuffer.allocateDirect(10);
    Descriptor.pread(fd, content, 0);
    assertEquals("0123abc789", Kernel.text(content.flip()));
    Descriptor.pwrite(fd, source, 0); // nothing remains: nothing happens
    assertEquals(10, Descriptor.status(fd).sizeBytes());
  }

  @Test
  void readAndWriteGoOnWhereTheLastEnded() throws LinuxException {
    int[] pair = UnixSocket.pair();
    try {
      Descriptor.write(pair[0], Kernel.direct("hello"));
      ByteBuffer target = ByteBuffer.allocateDirect(3);
      assertEquals(3, Descriptor.read(pair[1], target));
      assertEquals("hel", Kernel.text(target.flip()));
      assertEquals(2, Descriptor.read(pair[1], target.clear()));
      Descriptor.close(pair[0]);
      assertEquals(0, Descriptor.read(pair[1], target.clear()));
      LinuxException failure =
          assertThrows(
              LinuxException.class, () -> Descriptor.write(pair[1], Kernel.direct("late")));
      assertEquals(Errno.EPIPE, failure.errno());
      assertEquals("write: EPIPE (broken pipe)", failure.getMessage());
    } finally {
      Descriptor.close(pair[1]);
    }
  }

  @Test
  void heapBuffersAreRefused() {
    ByteBuffer heap = ByteBuffer.allocate(4);
    assertThrows(IllegalArgumentException.class, () -> Descriptor.pread(fd, heap, 0));
    assertThrows(IllegalArgumentException.class, () -> Descriptor.pwrite(fd, heap, 0));
    assertThrows(IllegalArgumentException.class, () -> Descriptor.read(fd, heap));
    assertThrows(IllegalArgumentException.class, () -> Descriptor.write(fd, heap));
  }

  @Test
  void statusTellsWhatTheJdkTells() throws Exception {
    Path file = Files.createTempFile("status", ".txt");
    Files.writeString(file, "twelve bytes");
    int open = Kernel.open(file.toString(), O_RDONLY);
    try {
      Descriptor.Status status = Descriptor.status(open);
      assertTrue(status.isRegularFile());
      assertFalse(status.isSocket());
      assertEquals(12, status.sizeBytes());
      assertEquals(Files.getAttribute(file, "unix:ino"), status.inode());
      assertEquals(Files.getAttribute(file, "unix:mode"), status.mode());
      assertEquals(((Integer) Files.getAttribute(file, "unix:uid")).longValue(), status.uid());
      assertEquals(((Integer) Files.getAttribute(file, "unix:gid")).longValue(), status.gid());
    } finally {
      Descriptor.close(open);
      Files.delete(file);
    }
  }

  @Test
  void statusTellsKindsApart() throws LinuxException {
    assertTrue(Descriptor.status(fd).isRegularFile());
    int[] pair = UnixSocket.pair();
    int folder = Kernel.open("/tmp", O_RDONLY);
    try {
      assertTrue(Descriptor.status(pair[0]).isSocket());
      assertFalse(Descriptor.status(pair[0]).isRegularFile());
      assertFalse(Descriptor.status(folder).isRegularFile());
      assertFalse(Descriptor.status(folder).isSocket());
    } finally {
      Descriptor.close(pair[0]);
      Descriptor.close(pair[1]);
      Descriptor.close(folder);
    }
  }

  @Test
  void whatWasNotOpenedForReadingIsNotReadable() throws LinuxException {
    String self = "/proc/self/fd/" + fd;
    int[] flags = {O_RDONLY, O_RDWR, O_WRONLY, O_PATH};
    boolean[] readable = {true, true, false, false};
    for (int i = 0; i < flags.length; i++) {
      int other = Kernel.open(self, flags[i]);
      try {
        assertEquals(readable[i], Descriptor.isReadable(other), "flags " + flags[i]);
      } finally {
        Descriptor.close(other);
      }
    }
  }

  @Test
  void closeOnExecIsSetAndCleared() throws Exception {
    Descriptor.setCloseOnExec(fd, false);
    assertFalse(Kernel.isCloseOnExec(fd));
    Descriptor.setCloseOnExec(fd, true);
    assertTrue(Kernel.isCloseOnExec(fd));
  }

  @Test
  void closingTwiceIsABugThatIsThrown() throws LinuxException {
    int other = Memfd.create();
    Descriptor.close(other);
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> Descriptor.close(other));
    assertEquals("descriptor " + other + " was closed by somebody else", failure.getMessage());
  }

  @Test
  void whatIsClosedFailsByItsName() {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    for (int bad : new int[] {-1, 1_000_000}) {
      assertBadDescriptor("pread64", () -> Descriptor.pread(bad, one, 0));
      assertBadDescriptor("read", () -> Descriptor.read(bad, one));
      assertBadDescriptor("statx", () -> Descriptor.status(bad));
      assertBadDescriptor("fcntl", () -> Descriptor.isReadable(bad));
    }
  }

  private interface Call {
    void run() throws LinuxException;
  }

  private static void assertBadDescriptor(String name, Call call) {
    LinuxException failure = assertThrows(LinuxException.class, call::run);
    assertEquals(Errno.EBADF, failure.errno());
    assertEquals(name, failure.call());
  }
}

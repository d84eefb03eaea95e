package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MemfdTest {
  private static final int PAGE = NativeMemory.PAGE_BYTES;

  private int fd;

  @BeforeEach
  void create() throws LinuxException {
    fd = Memfd.create();
  }

  @AfterEach
  void close() {
    Descriptor.close(fd);
  }

  @Test
  void itIsEmptyUnnamedAndClosedOnExec() throws Exception {
    assertEquals(0, Descriptor.status(fd).sizeBytes());
    assertEquals(
        "/memfd:secmem (deleted)",
        Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString());
    assertTrue(Kernel.isCloseOnExec(fd));
  }

  @Test
  void itCanNeverBeMadeExecutable() throws LinuxException {
    // MFD_NOEXEC_SEAL shows as a seal of its own, on kernels that have it.
    int seals = Memfd.seals(fd);
    assertTrue(seals == 0x20 || seals == 0, "seals " + seals);
    assertEquals(seals == 0 ? 0111 : 0, Descriptor.status(fd).mode() & 0111);
  }

  @Test
  void resizeFillsWithZeroes() throws LinuxException {
    Descriptor.pwrite(fd, Kernel.direct("abc"), 0);
    Memfd.resize(fd, 1);
    Memfd.resize(fd, 3);
    ByteBuffer content = ByteBuffer.allocateDirect(4);
    assertEquals(3, Descriptor.pread(fd, content, 0));
    assertEquals("a\0\0", Kernel.text(content.flip()));
  }

  @Test
  void allocateTakesThePagesNow() throws LinuxException {
    Descriptor.pwrite(fd, Kernel.direct("kept"), 0);
    Memfd.allocate(fd, 16L * PAGE);
    assertEquals(16L * PAGE, Descriptor.status(fd).sizeBytes());
    ByteBuffer content = ByteBuffer.allocateDirect(5);
    Descriptor.pread(fd, content, 0);
    assertEquals("kept\0", Kernel.text(content.flip()));
  }

  @Test
  void allocateSaysWhatFailed() {
    LinuxException failure = assertThrows(LinuxException.class, () -> Memfd.allocate(fd, 0));
    assertEquals("fallocate64: EINVAL (invalid argument)", failure.getMessage());
  }

  @Test
  void eachSealForbidsWhatItSays() throws LinuxException {
    Memfd.resize(fd, PAGE);
    Memfd.addSeals(fd, Memfd.SEAL_SHRINK);
    assertRefused(() -> Memfd.resize(fd, 1));
    Memfd.resize(fd, 2L * PAGE);
    Memfd.addSeals(fd, Memfd.SEAL_GROW);
    assertRefused(() -> Memfd.resize(fd, 3L * PAGE));
    assertRefused(() -> Descriptor.pwrite(fd, Kernel.direct("x"), 2L * PAGE));
    Descriptor.pwrite(fd, Kernel.direct("x"), 0);
    Memfd.addSeals(fd, Memfd.SEAL_WRITE);
    assertRefused(() -> Descriptor.pwrite(fd, Kernel.direct("x"), 0));
    Memfd.addSeals(fd, Memfd.SEAL_SEAL);
    assertRefused(() -> Memfd.addSeals(fd, Memfd.SEAL_FUTURE_WRITE));
    assertEquals(
        Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE | Memfd.SEAL_SEAL,
        Memfd.seals(fd) & ~0x20);
  }

  @Test
  void futureWriteLeavesTheOwnersViewAsTheOnlyWriter() throws LinuxException {
    Memfd.resize(fd, PAGE);
    try (NativeMemory view = NativeMemory.ofFile(fd, PAGE)) {
      Memfd.addSeals(fd, Memfd.SEAL_FUTURE_WRITE);
      assertRefused(() -> Descriptor.pwrite(fd, Kernel.direct("x"), 0));
      assertRefused(() -> NativeMemory.ofFile(fd, PAGE));
      view.buffer().put(0, (byte) 'y');
      ByteBuffer one = ByteBuffer.allocateDirect(1);
      Descriptor.pread(fd, one, 0);
      assertEquals('y', one.get(0));
    }
  }

  @Test
  void closeOfTheOnlyWritableViewStillWipes() throws LinuxException {
    Memfd.resize(fd, PAGE);
    NativeMemory view = NativeMemory.ofFile(fd, PAGE);
    view.buffer().put(0, (byte) 'y');
    Memfd.addSeals(fd, Memfd.SEAL_FUTURE_WRITE);
    view.close();
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    Descriptor.pread(fd, one, 0);
    assertEquals(0, one.get(0));
  }

  @Test
  void whatIsNoFileInRamHasNoSealsToAskFor() throws LinuxException {
    int[] pair = UnixSocket.pair();
    int folder = Kernel.open("/proc", 0);
    try {
      for (int other : new int[] {pair[0], folder}) {
        LinuxException failure = assertThrows(LinuxException.class, () -> Memfd.seals(other));
        assertEquals(Errno.EINVAL, failure.errno());
      }
    } finally {
      Descriptor.close(pair[0]);
      Descriptor.close(pair[1]);
      Descriptor.close(folder);
    }
  }

  private interface Call {
    void run() throws LinuxException;
  }

  private static void assertRefused(Call call) {
    assertEquals(Errno.EPERM, assertThrows(LinuxException.class, call::run).errno());
  }
}

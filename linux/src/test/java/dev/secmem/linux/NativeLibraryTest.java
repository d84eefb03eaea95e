package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class NativeLibraryTest {
  @Test
  void aLibraryThatIsNotThereIsEmpty() {
    assertTrue(NativeLibrary.open("libnosuchthing.so.7").isEmpty());
  }

  @Test
  void aFunctionOfALoadedLibraryCanBeCalled() {
    NativeLibrary library = NativeLibrary.open("libc.so.6").orElseThrow();
    NativeFunction labs = library.function("labs", 1);
    assertEquals("labs", labs.name());
    assertEquals(1L << 40, labs.call(-(1L << 40)));
    UnsatisfiedLinkError error =
        assertThrows(UnsatisfiedLinkError.class, () -> library.function("no_such_function", 0));
    assertEquals("libc.so.6 has no function no_such_function", error.getMessage());
  }

  @Test
  void anAddressIsThatOfTheBuffersPosition() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    long at = NativeLibrary.addressOf(buffer);
    assertEquals(at + 5, NativeLibrary.addressOf(buffer.position(5)));
    assertEquals(at + 5, NativeLibrary.addressOf(buffer.slice()));
    ByteBuffer heap = ByteBuffer.allocate(1);
    assertThrows(IllegalArgumentException.class, () -> NativeLibrary.addressOf(heap));
  }

  @Test
  void errnoIsEachThreadsOwn() throws Exception {
    assertEquals(-1, (int) Libc.CLOSE.call(-1));
    Thread other = new Thread(() -> Libc.KILL.call(ProcessHandle.current().pid(), 999));
    other.start();
    other.join();
    assertEquals(Errno.EBADF, NativeFunction.errno());
  }

  @Test
  void aStringWithNulNeverReachesTheKernel() {
    assertThrows(IllegalArgumentException.class, () -> CallFrame.string("a\0b"));
    assertThrows(IllegalArgumentException.class, () -> CallFrame.buffer(1 << 20));
  }

  @Test
  void randomBytesFillAllThatRemainsAndDiffer() throws LinuxException {
    ByteBuffer some = ByteBuffer.allocateDirect(1000).position(8).limit(992);
    SecureRandomBytes.fill(some);
    assertEquals(992, some.position());
    some.clear();
    int zeroes = 0;
    for (int i = 8; i < 992; i++) {
      zeroes += some.get(i) == 0 ? 1 : 0;
    }
    assertTrue(zeroes < 100, zeroes + " zeroes in 984 random bytes");
    for (int i : new int[] {0, 7, 992, 999}) {
      assertEquals(0, some.get(i));
    }
    assertNotEquals(some.getLong(8), some.getLong(16));
  }

  @Test
  void whoWeAreIsWhatTheKernelShows() throws Exception {
    assertEquals(
        ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue(),
        OwnIdentity.uid());
    assertEquals(Kernel.status("Gid").split("\\s+")[1], Long.toString(OwnIdentity.gid()));
  }
}

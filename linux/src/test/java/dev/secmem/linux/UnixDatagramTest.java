package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixDatagramTest {
  private static final int EMSGSIZE = 90;

  @TempDir Path folder;

  private int receiver;
  private Set<String> before;

  @BeforeEach
  void open() throws Exception {
    before = Kernel.descriptors();
    receiver = Libc.SOCKET.check(Libc.SOCKET.call(1, 2 | 0x80000, 0));
    UnixSocket.setReceiveTimeout(receiver, 20_000);
  }

  @AfterEach
  void close() throws Exception {
    Descriptor.close(receiver);
    Kernel.assertNoneLeftOpen(before);
  }

  private void bind(String name, boolean isAbstract) throws LinuxException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int sizeBytes = 2 + bytes.length + 1;
    ByteBuffer address = ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
    address.putShort(0, (short) 1).position(isAbstract ? 3 : 2);
    address.put(bytes).position(0);
    Libc.BIND.check(Libc.BIND.call(receiver, NativeLibrary.addressOf(address), sizeBytes));
  }

  private String receive() throws LinuxException {
    ByteBuffer message = ByteBuffer.allocateDirect(4096);
    Descriptor.read(receiver, message);
    return StandardCharsets.UTF_8.decode(message.flip()).toString();
  }

  @Test
  void aPathGetsTheMessageWhole() throws Exception {
    String path = folder.resolve("n").toString();
    bind(path, false);
    UnixDatagram.send(path, "READY=1\nSTATUS=ü".getBytes(StandardCharsets.UTF_8), 1000);
    UnixDatagram.send(path, "second".getBytes(StandardCharsets.UTF_8), 1000);
    assertEquals("READY=1\nSTATUS=ü", receive());
    assertEquals("second", receive());
  }

  @Test
  void anAbstractNameIsWrittenWithAnAtSign() throws Exception {
    String name = "secmem-test-" + ProcessHandle.current().pid();
    bind(name, true);
    UnixDatagram.send("@" + name, new byte[] {'x'}, 1000);
    assertEquals("x", receive());
  }

  @Test
  void whoCannotBeReachedIsAnError() throws Exception {
    String path = folder.resolve("n").toString();
    assertErrno(Errno.ENOENT, path, 1);
    Files.createFile(Path.of(path));
    assertErrno(Errno.ECONNREFUSED, path, 1);
    Files.delete(Path.of(path));
    bind(path, false);
    assertErrno(EMSGSIZE, path, 64 * 1024 * 1024);
  }

  @Test
  void aFullQueueIsWaitedForAsLongAsTold() throws Exception {
    String path = folder.resolve("n").toString();
    bind(path, false);
    LinuxException full = null;
    for (int i = 0; i < 100_000 && full == null; i++) {
      try {
        UnixDatagram.send(path, new byte[100], 20);
      } catch (LinuxException e) {
        full = e;
      }
    }
    assertEquals(Errno.EAGAIN, full.errno());
  }

  @Test
  void whatIsNoAddressIsRefused() {
    for (String address : List.of("", "@", "a\0b", "/" + "x".repeat(200))) {
      assertThrows(
          IllegalArgumentException.class, () -> UnixDatagram.send(address, new byte[1], 1000));
    }
  }

  private static void assertErrno(int errno, String path, int sizeBytes) {
    LinuxException e =
        assertThrows(
            LinuxException.class, () -> UnixDatagram.send(path, new byte[sizeBytes], 1000));
    assertEquals(errno, e.errno(), e.getMessage());
  }
}

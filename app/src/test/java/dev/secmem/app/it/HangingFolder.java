package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of a user's own (fuse(4)) that lets its folder be opened, and never answers who
 * asks for its attributes. Any user may have such a file, where fusermount is installed.
 */
final class HangingFolder implements AutoCloseable {
  private static final int INIT = 26;
  private static final int OPENDIR = 27;
  private static final int GETATTR = 3;
  private static final int STATX = 52;
  private static final int FORGET = 2;
  private static final int ENOSYS = 38;
  private static final int MNT_DETACH = 2;
  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction MOUNT = LIBC.function("mount", 5);
  private static final NativeFunction UMOUNT = LIBC.function("umount2", 2);

  private final Path folder = Distribution.temporaryFolder("secmem-it-fuse-");
  private final int device;
  private final Thread server;

  /** Mounts it; skips the test where that cannot be done. */
  HangingFolder() {
    Needs.root();
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs /dev/fuse");
    device = Kernel.open("/dev/fuse", Kernel.O_RDWR);
    String options = "fd=" + device + ",rootmode=40000,user_id=0,group_id=0,allow_other";
    ByteBuffer path = string(folder.toString());
    long mounted =
        MOUNT.call(
            address(string("it")),
            address(path),
            address(string("fuse")),
            6,
            address(string(options)));
    if (mounted != 0) {
      Descriptor.close(device);
      Distribution.delete(folder);
    }
    assumeTrue(mounted == 0, "needs to be allowed to mount");
    server = new Thread(this::serve, "fuse");
    server.setDaemon(true);
    server.start();
  }

  private static ByteBuffer string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).position(0);
  }

  private static long address(ByteBuffer buffer) {
    return NativeLibrary.addressOf(buffer);
  }

  /** A descriptor of it, which the caller closes. */
  int open() {
    return Kernel.open(folder.toString(), Kernel.O_RDONLY);
  }

  private void serve() {
    ByteBuffer in = ByteBuffer.allocateDirect(1 << 17).order(ByteOrder.nativeOrder());
    try {
      while (true) {
        Descriptor.read(device, in.clear());
        answer(in.getInt(4), in.getLong(8));
      }
    } catch (LinuxException e) {
      // ENODEV: it was unmounted.
    }
  }

  private void answer(int operation, long unique) throws LinuxException {
    switch (operation) {
      case GETATTR, STATX, FORGET -> {} // no answer: this is what hangs
      case INIT -> send(unique, 0, 64, 7, 31);
      case OPENDIR -> send(unique, 0, 16, 1);
      default -> send(unique, -ENOSYS, 0);
    }
  }

  /** An answer of so many bytes after its header, which begin with these numbers. */
  private void send(long unique, int error, int bytes, int... numbers) throws LinuxException {
    ByteBuffer out = ByteBuffer.allocateDirect(16 + bytes).order(ByteOrder.nativeOrder());
    out.putInt(0, 16 + bytes).putInt(4, error).putLong(8, unique);
    for (int i = 0; i < numbers.length; i++) {
      out.putInt(16 + 4 * i, numbers[i]);
    }
    Descriptor.write(device, out);
  }

  @Override
  public void close() {
    // Whoever waits for an answer gets ECONNABORTED.
    UMOUNT.call(address(string(folder.toString())), MNT_DETACH);
    Descriptor.close(device);
    Distribution.delete(folder);
  }
}

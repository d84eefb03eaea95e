package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** System calls that only tests need. Descriptors belong to the caller. */
final class Kernel {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;

  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction OPEN = LIBC.function("open64", 3);
  private static final NativeFunction PIPE = LIBC.function("pipe2", 2);
  private static final NativeFunction KILL = LIBC.function("kill", 2);
  private static final NativeFunction SHUTDOWN = LIBC.function("shutdown", 2);
  private static final NativeFunction SYSCALL3 = LIBC.function("syscall", 4);
  private static final NativeFunction GETEUID = LIBC.function("geteuid", 0);
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  private static final int SYS_SETRESUID = ARM ? 147 : 117;
  private static final int SYS_SETRESGID = ARM ? 149 : 119;
  private static final int SYS_SETGROUPS = ARM ? 159 : 116;
  private static final int SYS_MEMFD_SECRET = 447;

  private Kernel() {}

  static boolean isRoot() {
    return GETEUID.call() == 0;
  }

  static long uid() {
    return GETEUID.call();
  }

  static int open(String path, int flags) {
    return positive("open " + path, OPEN.call(address(string(path)), flags | 0x80000, 0));
  }

  /** The ends to read from and to write to. */
  static int[] pipe() {
    ByteBuffer ends = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    positive("pipe2", PIPE.call(address(ends), 0x80000));
    return new int[] {ends.getInt(0), ends.getInt(4)};
  }

  /** A descriptor of memfd_secret(2), or -1 where the kernel has none. */
  static int secretMemory() {
    return (int) SYSCALL3.call(SYS_MEMFD_SECRET, 0x80000, 0, 0);
  }

  /** A file in RAM with that content. */
  static int memfd(byte[] content) {
    try {
      int fd = Memfd.create();
      ByteBuffer direct = ByteBuffer.allocateDirect(Math.max(1, content.length));
      Descriptor.pwrite(fd, direct.put(content).flip(), 0);
      return fd;
    } catch (LinuxException e) {
      throw new AssertionError(e);
    }
  }

  static int memfd(String content) {
    return memfd(content.getBytes(StandardCharsets.UTF_8));
  }

  static void shutdownWrite(int socket) {
    SHUTDOWN.call(socket, 1);
  }

  static void kill(long pid, int signal) {
    positive("kill", KILL.call(pid, signal));
  }

  /**
   * Runs an action in a thread of its own that has another uid, gid and no supplementary groups.
   * The kernel keeps these for each thread: the rest of this process stays root.
   */
  static <T> T as(long uid, long gid, Callable<T> action) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                positive("setgroups", (int) SYSCALL3.call(SYS_SETGROUPS, 0, 0, 0));
                positive("setresgid", (int) SYSCALL3.call(SYS_SETRESGID, gid, gid, gid));
                positive("setresuid", (int) SYSCALL3.call(SYS_SETRESUID, uid, uid, uid));
                result.complete(action.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.start();
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } finally {
      thread.join();
    }
  }

  private static int positive(String call, long result) {
    if ((int) result < 0) {
      throw new AssertionError(call + " failed");
    }
    return (int) result;
  }

  private static ByteBuffer string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).position(0);
  }

  private static long address(ByteBuffer buffer) {
    return NativeLibrary.addressOf(buffer);
  }
}

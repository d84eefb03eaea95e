package dev.secmem.transport.uds;

import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Descriptors of every kind that a client could send, and calls that only tests need. */
final class TestLibc {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_PATH = 0x200000;

  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction OPEN = LIBC.function("open", 3);
  private static final NativeFunction PIPE = LIBC.function("pipe", 1);
  private static final NativeFunction FTRUNCATE = LIBC.function("ftruncate", 2);
  private static final NativeFunction SYSCALL = LIBC.function("syscall", 6);
  private static final NativeFunction SHUTDOWN = LIBC.function("shutdown", 2);
  private static final NativeFunction GETRLIMIT = LIBC.function("getrlimit", 2);
  private static final NativeFunction SETRLIMIT = LIBC.function("setrlimit", 2);
  private static final NativeFunction UMASK = LIBC.function("umask", 1);
  private static final NativeFunction SOCKET = LIBC.function("socket", 3);
  private static final NativeFunction BIND = LIBC.function("bind", 3);
  private static final NativeFunction LISTEN = LIBC.function("listen", 2);
  private static final NativeFunction UTIMENSAT = LIBC.function("utimensat", 4);
  private static final int RLIMIT_NPROC = 6;
  private static final long SYS_MEMFD_SECRET = 447;
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final long SYS_SETRESUID = ARM ? 147 : 117;
  private static final long SYS_SETGROUPS = ARM ? 159 : 116;

  private TestLibc() {}

  static int open(String path, int flags) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer text = ByteBuffer.allocateDirect(name.length + 1).put(name).put((byte) 0).flip();
    return ok(OPEN.call(NativeLibrary.addressOf(text), flags, 0), "open " + path);
  }

  static int[] pipe() {
    ByteBuffer pair = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    ok(PIPE.call(NativeLibrary.addressOf(pair)), "pipe");
    return new int[] {pair.getInt(0), pair.getInt(4)};
  }

  /** -1 where the kernel has none. */
  static int memfdSecret() {
    return (int) SYSCALL.call(SYS_MEMFD_SECRET, 0, 0, 0, 0, 0);
  }

  static int memfd(byte[] content) throws Exception {
    int fd = Memfd.create();
    dev.secmem.linux.Descriptor.pwrite(
        fd, ByteBuffer.allocateDirect(content.length).put(content).flip(), 0);
    return fd;
  }

  static void truncate(int fd, long size) {
    ok(FTRUNCATE.call(fd, size), "ftruncate");
  }

  static void shutdownWrite(int socket) {
    ok(SHUTDOWN.call(socket, 1), "shutdown");
  }

  /**
   * Makes the calling thread, and no other, act as another uid: the C library would change all of
   * them. Needs root; the saved uid stays 0, so that it can go back.
   */
  static void actAs(long uid) {
    ok(SYSCALL.call(SYS_SETRESUID, uid, uid, 0, 0, 0), "setresuid");
  }

  /** Gives the calling thread, and no other, these supplementary groups. Needs root. */
  static void setGroups(int... gids) {
    ByteBuffer list = ByteBuffer.allocateDirect(4 * gids.length).order(ByteOrder.nativeOrder());
    for (int gid : gids) {
      list.putInt(gid);
    }
    ok(
        SYSCALL.call(SYS_SETGROUPS, gids.length, NativeLibrary.addressOf(list.flip()), 0, 0, 0),
        "setgroups");
  }

  /** Sets how many threads the uid of a thread may have; returns what the limit was. */
  static long setThreadLimit(long soft) {
    ByteBuffer limits = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    ok(GETRLIMIT.call(RLIMIT_NPROC, NativeLibrary.addressOf(limits)), "getrlimit");
    long before = limits.getLong(0);
    limits.putLong(0, soft);
    ok(SETRLIMIT.call(RLIMIT_NPROC, NativeLibrary.addressOf(limits)), "setrlimit");
    return before;
  }

  /** The calling thread's umask. */
  static int umask() {
    int mask = (int) UMASK.call(0);
    UMASK.call(mask);
    return mask;
  }

  static int socket(int family, int type) {
    return ok(SOCKET.call(family, type, 0), "socket");
  }

  /** A stream socket that listens at an abstract name. */
  static int listenAbstract(String name) {
    int fd = socket(1, 1);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer address = ByteBuffer.allocateDirect(3 + bytes.length).order(ByteOrder.nativeOrder());
    address.putShort(0, (short) 1).position(3).put(bytes).position(0);
    ok(BIND.call(fd, NativeLibrary.addressOf(address), address.limit()), "bind");
    ok(LISTEN.call(fd, 1), "listen");
    return fd;
  }

  /** Sets both times of an open file, of an O_PATH one, too. */
  static void setTimes(int fd, long epochSeconds) {
    byte[] name = ("/proc/self/fd/" + fd).getBytes(StandardCharsets.UTF_8);
    ByteBuffer text = ByteBuffer.allocateDirect(name.length + 1).put(name).put((byte) 0).flip();
    ByteBuffer times = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    times.putLong(0, epochSeconds).putLong(16, epochSeconds);
    int atCwd = -100;
    ok(
        UTIMENSAT.call(atCwd, NativeLibrary.addressOf(text), NativeLibrary.addressOf(times), 0),
        "utimensat");
  }

  private static int ok(long result, String call) {
    if ((int) result == -1) {
      throw new AssertionError(call + " failed");
    }
    return (int) result;
  }
}

package dev.secmem.bench.soak;

import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;

/** Another uid for one thread: the kernel keeps it for each, so the process stays root. */
final class ThreadIdentity {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int SYS_SETRESUID = ARM ? 147 : 117;
  private static final int SYS_SETRESGID = ARM ? 149 : 119;
  private static final int SYS_SETGROUPS = ARM ? 159 : 116;
  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction SYSCALL = LIBC.function("syscall", 4);
  private static final NativeFunction GETEUID = LIBC.function("geteuid", 0);

  private ThreadIdentity() {}

  static boolean isRoot() {
    return GETEUID.call() == 0;
  }

  /** Gives the calling thread a uid, the gid of that number, and no other group; for ever. */
  static void become(long uid) {
    if ((int) SYSCALL.call(SYS_SETGROUPS, 0, 0, 0) != 0
        || (int) SYSCALL.call(SYS_SETRESGID, uid, uid, uid) != 0
        || (int) SYSCALL.call(SYS_SETRESUID, uid, uid, uid) != 0) {
      throw new IllegalStateException("cannot become uid " + uid);
    }
  }
}

package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a debugger or a thief of memory does to another process. Each answers what it got. */
final class Intruder {
  private static final NativeFunction SYSCALL =
      NativeLibrary.open("libc.so.6").orElseThrow().function("syscall", 6);
  private static final NativeFunction PROCESS_VM_READV =
      NativeLibrary.open("libc.so.6").orElseThrow().function("process_vm_readv", 6);
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int SYS_PTRACE = ARM ? 117 : 101;
  private static final int SYS_WAIT4 = ARM ? 260 : 61;
  private static final int SYS_PIDFD_OPEN = 434;
  private static final int SYS_PIDFD_GETFD = 438;

  private static final int PTRACE_PEEKDATA = 2;
  private static final int PTRACE_DETACH = 17;
  private static final int PTRACE_SEIZE = 0x4206;
  private static final int PTRACE_INTERRUPT = 0x4207;
  private static final int PTRACE_SECCOMP_GET_FILTER = 0x420c;
  private static final int WALL = 0x40000000;

  private Intruder() {}

  /** What to do with a thread that is stopped; not the process's first, whose parent waits. */
  interface Use<T> {
    T of(long tid);
  }

  /** Attaches to a thread, stops it, and lets it go on afterwards; null if that is refused. */
  static <T> T traced(long tid, Use<T> use) {
    if (SYSCALL.call(SYS_PTRACE, PTRACE_SEIZE, tid, 0, 0, 0) < 0) {
      return null;
    }
    try {
      SYSCALL.call(SYS_PTRACE, PTRACE_INTERRUPT, tid, 0, 0, 0);
      SYSCALL.call(SYS_WAIT4, tid, 0, WALL, 0, 0);
      return use.of(tid);
    } finally {
      SYSCALL.call(SYS_PTRACE, PTRACE_DETACH, tid, 0, 0, 0);
    }
  }

  /** Whether a word of a stopped thread's memory can be read. */
  static boolean peeks(long tid, long address) {
    ByteBuffer word = direct(8);
    return SYSCALL.call(SYS_PTRACE, PTRACE_PEEKDATA, tid, address, at(word), 0) == 0;
  }

  /** The newest seccomp filter of a stopped thread, or null if the kernel does not tell. */
  static ByteBuffer filter(long tid) {
    long count = SYSCALL.call(SYS_PTRACE, PTRACE_SECCOMP_GET_FILTER, tid, 0, 0, 0);
    if (count <= 0) {
      return null;
    }
    ByteBuffer code = direct((int) count * 8);
    SYSCALL.call(SYS_PTRACE, PTRACE_SECCOMP_GET_FILTER, tid, 0, at(code), 0);
    return code;
  }

  /** How many bytes of 16 process_vm_readv(2) gives; negative if it is refused. */
  static long readsMemory(long pid, long address) {
    ByteBuffer vectors = direct(48);
    vectors.putLong(0, at(vectors) + 32).putLong(8, 16).putLong(16, address).putLong(24, 16);
    return PROCESS_VM_READV.call(pid, at(vectors), 1, at(vectors) + 16, 1, 0);
  }

  /** A copy of another process's descriptor, which the caller closes; negative if refused. */
  static int copiesDescriptor(long pid, int fd) {
    int pidfd = (int) SYSCALL.call(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0);
    if (pidfd < 0) {
      throw new AssertionError("pidfd_open");
    }
    try {
      return (int) SYSCALL.call(SYS_PIDFD_GETFD, pidfd, fd, 0, 0, 0);
    } finally {
      Descriptor.close(pidfd);
    }
  }

  private static ByteBuffer direct(int sizeBytes) {
    return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
  }

  private static long at(ByteBuffer buffer) {
    return NativeLibrary.addressOf(buffer);
  }
}

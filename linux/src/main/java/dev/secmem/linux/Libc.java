package dev.secmem.linux;

/** The functions of the C library that this module calls. */
final class Libc {
  static final NativeFunction ACCEPT4 = libc("accept4", 4);
  static final NativeFunction BIND = libc("bind", 3);
  static final NativeFunction CLOCK_GETTIME = libc("clock_gettime", 2);
  static final NativeFunction CLOSE = libc("close", 1);
  static final NativeFunction CONNECT = libc("connect", 3);
  static final NativeFunction DUP3 = libc("dup3", 3);
  static final NativeFunction EXPLICIT_BZERO = libc("explicit_bzero", 2);
  static final NativeFunction FALLOCATE = libc("fallocate64", 4);
  static final NativeFunction FCNTL = libc("fcntl", 3);
  static final NativeFunction FLOCK = libc("flock", 2);
  static final NativeFunction FTRUNCATE = libc("ftruncate", 2);
  static final NativeFunction GETRANDOM = libc("getrandom", 3);
  static final NativeFunction GETRLIMIT = libc("getrlimit", 2);
  static final NativeFunction GETSOCKNAME = libc("getsockname", 3);
  static final NativeFunction GETSOCKOPT = libc("getsockopt", 5);
  static final NativeFunction GETEUID = libc("geteuid", 0);
  static final NativeFunction GETEGID = libc("getegid", 0);
  static final NativeFunction IOCTL = libc("ioctl", 3);
  static final NativeFunction KILL = libc("kill", 2);
  static final NativeFunction LISTEN = libc("listen", 2);
  static final NativeFunction MADVISE = libc("madvise", 3);
  static final NativeFunction MEMFD_CREATE = libc("memfd_create", 2);
  static final NativeFunction MLOCK = libc("mlock", 2);
  static final NativeFunction MLOCK2 = libc("mlock2", 3);
  static final NativeFunction MLOCKALL = libc("mlockall", 1);
  static final NativeFunction MMAP = libc("mmap", 6);
  static final NativeFunction MPROTECT = libc("mprotect", 3);
  static final NativeFunction MUNMAP = libc("munmap", 2);
  static final NativeFunction OPEN = libc("open64", 3);
  static final NativeFunction POLL = libc("poll", 3);
  static final NativeFunction PRCTL = libc("prctl", 5);
  static final NativeFunction PREAD = libc("pread64", 4);
  static final NativeFunction PWRITE = libc("pwrite64", 4);
  static final NativeFunction READ = libc("read", 3);
  static final NativeFunction READLINK = libc("readlink", 3);
  static final NativeFunction RECVMSG = libc("recvmsg", 3);
  static final NativeFunction SENDMSG = libc("sendmsg", 3);
  static final NativeFunction SENDTO = libc("sendto", 6);
  static final NativeFunction SETRLIMIT = libc("setrlimit", 2);
  static final NativeFunction SETSOCKOPT = libc("setsockopt", 5);
  static final NativeFunction SHUTDOWN = libc("shutdown", 2);
  static final NativeFunction SOCKET = libc("socket", 3);
  static final NativeFunction SOCKETPAIR = libc("socketpair", 4);
  static final NativeFunction STATX = libc("statx", 5);
  static final NativeFunction SYSCALL = libc("syscall", 6);
  static final NativeFunction TIMERFD_CREATE = libc("timerfd_create", 2);
  static final NativeFunction TIMERFD_SETTIME = libc("timerfd_settime", 4);
  static final NativeFunction UMASK = libc("umask", 1);
  static final NativeFunction UTIMENSAT = libc("utimensat", 4);
  static final NativeFunction WAITPID = libc("waitpid", 3);
  static final NativeFunction WRITE = libc("write", 3);

  private Libc() {}

  static NativeFunction libc(String symbol, int arity) {
    return NativeLibrary.libc().function(symbol, arity);
  }
}

package dev.secmem.linux;

/**
 * What differs between machines in system calls (linux/audit.h, asm/unistd.h).
 *
 * <p>Of both the words are little-endian.
 */
enum Architecture {
  X86_64(
      0xC000003E,
      new int[] {46, 47, 319, 18, 72, 3, 202, 0, 1, 17, 55, 7, 271, 232, 281, 15, 28, 10},
      2,
      257,
      41,
      56,
      157,
      302,
      317),
  AARCH64(
      0xC00000B7,
      new int[] {211, 212, 279, 68, 25, 57, 98, 63, 64, 67, 209, 73, 22, 139, 233, 226},
      DeniedCall.NONE,
      56,
      198,
      220,
      167,
      261,
      277);

  /** AUDIT_ARCH_*. */
  final int audit;

  /**
   * What a request needs, first what each does: sendmsg, recvmsg, memfd_create, pwrite64, fcntl,
   * close, futex, read, write, pread64, getsockopt, poll, ppoll, epoll_wait, epoll_pwait,
   * rt_sigreturn, madvise, mprotect (where a machine has them). None is in {@link DeniedCall}.
   */
  final int[] frequent;

  final int open;
  final int openat;
  final int socket;
  final int clone;
  final int prctl;
  final int prlimit64;
  final int seccomp;

  /** clone3(2): its flags lie in memory, where no filter can look. */
  static final int CLONE3 = 435;

  Architecture(
      int audit,
      int[] frequent,
      int open,
      int openat,
      int socket,
      int clone,
      int prctl,
      int prlimit64,
      int seccomp) {
    this.audit = audit;
    this.frequent = frequent;
    this.open = open;
    this.openat = openat;
    this.socket = socket;
    this.clone = clone;
    this.prctl = prctl;
    this.prlimit64 = prlimit64;
    this.seccomp = seccomp;
  }

  /**
   * This machine's.
   *
   * @throws LinuxException ENOSYS if it is none of these
   */
  static Architecture own() throws LinuxException {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> throw new LinuxException("seccomp", Errno.ENOSYS);
    };
  }
}

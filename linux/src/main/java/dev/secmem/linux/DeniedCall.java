package dev.secmem.linux;

import java.util.Locale;

/**
 * System calls that {@link Sandbox} denies whatever their arguments are: an agent that runs has no
 * use for them. Their numbers are those of the kernel's tables, {@link #NONE} where an architecture
 * lacks one.
 */
enum DeniedCall {
  // Files that come into being, or are written, without open and openat.
  CREAT(85, -1),
  OPENAT2(437, 437),
  OPEN_BY_HANDLE_AT(304, 265),
  TRUNCATE(76, 45),
  MKNOD(133, -1),
  MKNODAT(259, 33),
  SYMLINK(88, -1),
  SYMLINKAT(266, 36),
  CHOWN(92, -1),
  LCHOWN(94, -1),
  FCHOWN(93, 55),
  FCHOWNAT(260, 54),
  SETXATTR(188, 5),
  LSETXATTR(189, 6),
  FSETXATTR(190, 7),
  // Rings and queues: calls that no filter sees.
  IO_URING_SETUP(425, 425),
  IO_URING_ENTER(426, 426),
  IO_URING_REGISTER(427, 427),
  IO_SETUP(206, 0),
  IO_SUBMIT(209, 2),
  // Programs and processes.
  EXECVE(59, 221),
  EXECVEAT(322, 281),
  FORK(57, -1),
  VFORK(58, -1),
  // Others' memory and descriptors.
  PTRACE(101, 117),
  PROCESS_VM_READV(310, 270),
  PROCESS_VM_WRITEV(311, 271),
  PROCESS_MADVISE(440, 440),
  PROCESS_MRELEASE(448, 448),
  PIDFD_GETFD(438, 438),
  KCMP(312, 272),
  MIGRATE_PAGES(256, 238),
  MOVE_PAGES(279, 239),
  // Parts of the kernel in which faults were found again and again.
  BPF(321, 280),
  USERFAULTFD(323, 282),
  PERF_EVENT_OPEN(298, 241),
  FANOTIFY_INIT(300, 262),
  VMSPLICE(278, 75),
  SPLICE(275, 76),
  TEE(276, 77),
  MODIFY_LDT(154, -1),
  PERSONALITY(135, 92),
  // Modules and kernels.
  INIT_MODULE(175, 105),
  FINIT_MODULE(313, 273),
  DELETE_MODULE(176, 106),
  KEXEC_LOAD(246, 104),
  KEXEC_FILE_LOAD(320, 294),
  // Mounts and namespaces.
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  PIVOT_ROOT(155, 41),
  CHROOT(161, 51),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSPICK(433, 433),
  MOUNT_SETATTR(442, 442),
  SETNS(308, 268),
  UNSHARE(272, 97),
  // Keys of the kernel's.
  ADD_KEY(248, 217),
  REQUEST_KEY(249, 218),
  KEYCTL(250, 219),
  // The machine as a whole.
  REBOOT(169, 142),
  SWAPON(167, 224),
  SWAPOFF(168, 225),
  ACCT(163, 89),
  QUOTACTL(179, 60),
  QUOTACTL_FD(443, 443),
  SYSLOG(103, 116),
  SETHOSTNAME(170, 161),
  SETDOMAINNAME(171, 162),
  IOPL(172, -1),
  IOPERM(173, -1),
  SETTIMEOFDAY(164, 170),
  CLOCK_SETTIME(227, 112),
  CLOCK_ADJTIME(305, 266),
  ADJTIMEX(159, 171),
  SETRLIMIT(160, 164);

  static final int NONE = -1;

  private final int x86;
  private final int arm;

  DeniedCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** Its name, as in its manual page. */
  String call() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its number there, or {@link #NONE}. */
  int number(Architecture architecture) {
    return architecture == Architecture.X86_64 ? x86 : arm;
  }
}

package dev.secmem.linux;

import dev.secmem.linux.SeccompProgram.Label;
import java.nio.ByteBuffer;

/**
 * A filter of the kernel's for all threads of this process, those to come included, that cannot be
 * taken off again (seccomp(2)). It denies with EPERM what an agent that runs never needs:
 *
 * <ul>
 *   <li>opening a file for writing, by any call;
 *   <li>sockets of any other family than AF_UNIX;
 *   <li>programs and processes; new threads go on;
 *   <li>being dumpable or traceable again (prctl(2)), other limits for itself or others;
 *   <li>everything in {@link DeniedCall}.
 * </ul>
 *
 * <p>A call that is newer than this class answers ENOSYS, as on a kernel without it, and so does
 * clone3(2), whose arguments a filter cannot see: the C library then uses clone(2). A call by
 * another architecture's entry ends the process. Descriptors that are open stay as they are.
 */
public final class Sandbox {
  /** The newest call that was looked at: mseal(2), Linux 6.10. The same number everywhere. */
  static final int LAST_KNOWN = 462;

  /** __X32_SYSCALL_BIT: the same calls of x86-64 once more, with other sizes. */
  private static final int X32 = 0x40000000;

  /** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND and O_TMPFILE's own bit. */
  static final int WRITING = 0x1 | 0x2 | 0x40 | 0x200 | 0x400 | 0x400000;

  private static final int AF_UNIX = 1;
  private static final int CLONE_THREAD = 0x10000;

  /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
  private static final int CLONE_NEW = 0x7e020000;

  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_MM = 35;
  private static final int PR_SET_PTRACER = 0x59616d61;

  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;

  private Sandbox() {}

  /**
   * Enters it, all threads at once. No program that the process could execute would gain rights
   * either (no_new_privs).
   *
   * @throws LinuxException ENOSYS or EINVAL where there is no seccomp, or not for this machine;
   *     EBUSY if a thread has a filter of its own. The process is then not in it.
   */
  public static void enter() throws LinuxException {
    install(Architecture.own(), program(), SECCOMP_FILTER_FLAG_TSYNC);
  }

  /**
   * The filter for this machine, as an array of struct sock_filter: what the kernel shows of a
   * process that is in the sandbox (PTRACE_SECCOMP_GET_FILTER).
   */
  public static ByteBuffer program() throws LinuxException {
    return program(Architecture.own()).assemble();
  }

  /** Allows everything, on all threads: what carries no_new_privs to each of them. */
  static void enterWithoutRules() throws LinuxException {
    ByteBuffer code = new SeccompProgram().end(SeccompProgram.RET_ALLOW).assemble();
    install(Architecture.own(), code, SECCOMP_FILTER_FLAG_TSYNC);
  }

  /** The same rules for the calling thread alone. */
  static void enterThisThreadOnly() throws LinuxException {
    install(Architecture.own(), program(), 0);
  }

  private static void install(Architecture architecture, ByteBuffer code, int flags)
      throws LinuxException {
    ProcessProtection.setNoNewPrivileges();
    ByteBuffer program = CallFrame.buffer(16); // struct sock_fprog
    program.putShort(0, (short) (code.remaining() / 8));
    program.putLong(8, NativeLibrary.addressOf(code));
    int threadId =
        Libc.SYSCALL.check(
            Libc.SYSCALL.call(
                architecture.seccomp,
                SECCOMP_SET_MODE_FILTER,
                flags,
                NativeLibrary.addressOf(program),
                0,
                0));
    java.lang.ref.Reference.reachabilityFence(code);
    if (threadId != 0) {
      throw new LinuxException("seccomp", Errno.EBUSY);
    }
  }

  /** The rules for a machine. */
  static SeccompProgram program(Architecture machine) {
    SeccompProgram program = new SeccompProgram();
    program.load(SeccompProgram.ARCHITECTURE).ifEqual(machine.audit, Label.NATIVE);
    program.end(SeccompProgram.RET_KILL_PROCESS);
    program.at(Label.NATIVE).load(SeccompProgram.NUMBER);
    for (int frequent : machine.frequent) {
      program.ifEqual(frequent, Label.ALLOW);
    }
    program.ifAtLeast(X32, Label.DENY).ifAtLeast(LAST_KNOWN + 1, Label.UNKNOWN);
    program.ifEqual(Architecture.CLONE3, Label.UNKNOWN);
    if (machine.open != DeniedCall.NONE) {
      program.ifEqual(machine.open, Label.OPEN);
    }
    program.ifEqual(machine.openat, Label.OPENAT).ifEqual(machine.socket, Label.SOCKET);
    program.ifEqual(machine.clone, Label.CLONE).ifEqual(machine.prctl, Label.PRCTL);
    program.ifEqual(machine.prlimit64, Label.PRLIMIT);
    for (DeniedCall denied : DeniedCall.values()) {
      if (denied.number(machine) != DeniedCall.NONE) {
        program.ifEqual(denied.number(machine), Label.DENY);
      }
    }
    program.end(SeccompProgram.RET_ALLOW);
    arguments(program, machine);
    return endings(program);
  }

  /** Calls that are denied for some arguments only. */
  private static void arguments(SeccompProgram program, Architecture machine) {
    if (machine.open != DeniedCall.NONE) {
      program.at(Label.OPEN).load(SeccompProgram.argument(1)).ifAnyBit(WRITING, Label.DENY);
      program.end(SeccompProgram.RET_ALLOW);
    }
    program.at(Label.OPENAT).load(SeccompProgram.argument(2)).ifAnyBit(WRITING, Label.DENY);
    program.end(SeccompProgram.RET_ALLOW);
    program.at(Label.SOCKET).load(SeccompProgram.argument(0)).ifEqual(AF_UNIX, Label.ALLOW);
    program.end(SeccompProgram.failWith(Errno.EPERM));
    program.at(Label.CLONE).load(SeccompProgram.argument(0)).ifAnyBit(CLONE_NEW, Label.DENY);
    program.ifAnyBit(CLONE_THREAD, Label.ALLOW);
    program.end(SeccompProgram.failWith(Errno.EPERM));
    program.at(Label.PRCTL).load(SeccompProgram.argument(0));
    program.ifEqual(PR_SET_DUMPABLE, Label.DENY).ifEqual(PR_SET_MM, Label.DENY);
    program.ifEqual(PR_SET_PTRACER, Label.DENY).end(SeccompProgram.RET_ALLOW);
    // A pointer to new limits in the third argument; reading the old ones goes on.
    program.at(Label.PRLIMIT).load(SeccompProgram.argument(2)).ifAnyBit(-1, Label.DENY);
    program.load(SeccompProgram.argument(2) + 4).ifAnyBit(-1, Label.DENY);
  }

  private static SeccompProgram endings(SeccompProgram program) {
    program.at(Label.ALLOW).end(SeccompProgram.RET_ALLOW);
    program.at(Label.DENY).end(SeccompProgram.failWith(Errno.EPERM));
    return program.at(Label.UNKNOWN).end(SeccompProgram.failWith(Errno.ENOSYS));
  }
}

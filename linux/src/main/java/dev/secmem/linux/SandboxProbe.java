package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries every call that {@link Sandbox} denies, in a way that changes nothing where it is not
 * denied: with addresses, descriptors and flags that the kernel refuses, or on /dev/null.
 *
 * <p>fork(2) and vfork(2) are left out: there is no harmless way to call them from a JVM.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class SandboxProbe {
  private static final int AT_FDCWD = -100;
  private static final long BAD = -1;

  /** Flags of open(2) that a file is written with, by name. */
  private enum Flag {
    O_WRONLY(0x1),
    O_RDWR(0x2),
    O_CREAT(0x40),
    O_TRUNC(0x200),
    O_APPEND(0x400),
    O_TMPFILE(0x400000 | 0x2);

    private final int bits;

    Flag(int bits) {
      this.bits = bits;
    }
  }

  /** Address families other than AF_UNIX. */
  private enum Family {
    AF_INET(2),
    AF_INET6(10),
    AF_NETLINK(16),
    AF_VSOCK(40);

    private final int number;

    Family(int number) {
      this.number = number;
    }
  }

  private final List<Result> results = new ArrayList<>();

  private SandboxProbe() {}

  /**
   * How a call ended.
   *
   * @param call what was tried, for people
   * @param errno 0 if it succeeded
   */
  public record Result(String call, int errno) {
    /** Whether it ended as {@link Sandbox} lets it end. */
    public boolean isDenied() {
      return errno == Errno.EPERM;
    }
  }

  /**
   * Tries them all in the calling thread.
   *
   * @throws LinuxException ENOSYS on a machine that {@link Sandbox} does not know
   */
  public static List<Result> tryAll() throws LinuxException {
    SandboxProbe probe = new SandboxProbe();
    Architecture machine = Architecture.own();
    for (DeniedCall call : DeniedCall.values()) {
      boolean none = call.number(machine) == DeniedCall.NONE;
      if (!none && call != DeniedCall.FORK && call != DeniedCall.VFORK) {
        // A module of no length; everything else is refused for its arguments.
        probe.attempt(call.call(), call.number(machine), call == DeniedCall.INIT_MODULE ? 0 : BAD);
      }
    }
    probe.opens(machine);
    probe.sockets(machine);
    probe.others(machine);
    return probe.results;
  }

  private void opens(Architecture machine) {
    ByteBuffer path = CallFrame.string("/dev/null");
    long at = NativeLibrary.addressOf(path);
    for (Flag flag : Flag.values()) {
      if (machine.open != DeniedCall.NONE) {
        attempt("open " + flag, machine.open, at, flag.bits, 0);
      }
      attempt("openat " + flag, machine.openat, AT_FDCWD, at, flag.bits);
    }
    java.lang.ref.Reference.reachabilityFence(path);
  }

  private void sockets(Architecture machine) {
    for (Family family : Family.values()) {
      attempt("socket " + family, machine.socket, family.number, 0x80003, 0); // SOCK_RAW
      attempt("socket " + family + " stream", machine.socket, family.number, 0x80001, 0);
    }
  }

  private void others(Architecture machine) {
    attempt("clone of a process", machine.clone, 0x800, 0, 0); // CLONE_SIGHAND without CLONE_VM
    attempt("prctl PR_SET_DUMPABLE", machine.prctl, 4, 7, 0); // neither 0 nor 1
    attempt("prctl PR_SET_MM", machine.prctl, 35, BAD, 0);
    attempt("prctl PR_SET_PTRACER", machine.prctl, 0x59616d61, 1 << 30, 0); // no such process
    attempt("prlimit64", machine.prlimit64, 0, 4, BAD);
  }

  private void attempt(String name, int number, long argument) {
    end(name, Libc.SYSCALL.call(number, argument, argument, argument, argument, argument), false);
  }

  private void attempt(String name, int number, long a, long b, long c) {
    boolean opens = name.startsWith("open") || name.startsWith("socket");
    end(name, Libc.SYSCALL.call(number, a, b, c, 0, 0), opens);
  }

  private void end(String name, long result, boolean opens) {
    results.add(new Result(name, result == -1 ? NativeFunction.errno() : 0));
    if (opens && result >= 0) {
      Descriptor.close((int) result);
    }
  }
}

package dev.secmem.app.selftest;

import dev.secmem.linux.Clock;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeMemory;
import dev.secmem.linux.ResourceLimit;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the kernel has, and whether it does what it says. */
final class KernelChecks {
  /** What keys and plaintext take: docs/OPERATIONS.md. */
  private static final long LOCKED_BYTES = 4 << 20;

  private static final int PAGE = 4096;

  private KernelChecks() {}

  /** Something that may be refused. */
  private interface Call {
    void run() throws LinuxException;
  }

  static List<Check> all() {
    return List.of(secretMemory(), memlock(), seals(), pidfd(), boottime());
  }

  private static Check secretMemory() {
    String what = "memfd_secret";
    try (KeyArena arena = KeyArena.open(PAGE)) {
      return switch (arena.kind()) {
        case MEMFD_SECRET -> Check.pass(what, "keys lie in pages that root cannot read either");
        case MLOCK -> Check.warn(what, "not here: keys lie in locked pages, which root can read");
        case NONE -> Check.fail(what, "not here, and no page can be locked: keys can be swapped");
      };
    } catch (LinuxException e) {
      return Check.fail(what, "no memory for keys: " + e.getMessage());
    }
  }

  private static Check memlock() {
    String what = "mlock";
    String limit = "the limit is " + ResourceLimit.MEMLOCK.describeSoft();
    try (NativeMemory memory = NativeMemory.anonymous(LOCKED_BYTES)) {
      memory.lock();
      return Check.pass(what, "keys and plaintext can be locked; " + limit);
    } catch (LinuxException e) {
      return Check.fail(
          what, "4 MiB cannot be locked, plaintext can be swapped; " + limit + ": ulimit -l");
    }
  }

  private static Check seals() {
    String what = "seals";
    try {
      List<String> weak = new ArrayList<>();
      ByteBuffer word = ByteBuffer.allocateDirect(8);
      sealed(Memfd.SEAL_SHRINK, "shrink", fd -> Memfd.resize(fd, PAGE / 2), weak);
      sealed(Memfd.SEAL_GROW, "grow", fd -> Memfd.resize(fd, 2 * PAGE), weak);
      sealed(Memfd.SEAL_WRITE, "write", fd -> Descriptor.pwrite(fd, word.duplicate(), 0), weak);
      sealed(
          Memfd.SEAL_FUTURE_WRITE,
          "future write",
          fd -> Descriptor.pwrite(fd, word.duplicate(), 0),
          weak);
      sealed(Memfd.SEAL_SEAL, "seal", fd -> Memfd.addSeals(fd, Memfd.SEAL_GROW), weak);
      return weak.isEmpty()
          ? Check.pass(what, "each of the five is enforced: what is delivered cannot be changed")
          : Check.fail(what, "not enforced: " + String.join(", ", weak));
    } catch (LinuxException e) {
      return Check.fail(what, "no sealed memory: " + e.getMessage());
    }
  }

  private interface OnFile {
    void run(int fd) throws LinuxException;
  }

  /** The action must do before the seal is there, and be refused afterwards. */
  private static void sealed(int seal, String name, OnFile action, List<String> weak)
      throws LinuxException {
    if (seal != Memfd.SEAL_SEAL) {
      withFile(action); // the control
    }
    withFile(
        fd -> {
          Memfd.addSeals(fd, seal);
          if (!isRefused(() -> action.run(fd))) {
            weak.add(name);
          }
        });
  }

  private static void withFile(OnFile action) throws LinuxException {
    int fd = Memfd.create();
    try {
      Memfd.resize(fd, PAGE);
      action.run(fd);
    } finally {
      Descriptor.close(fd);
    }
  }

  private static boolean isRefused(Call call) throws LinuxException {
    try {
      call.run();
      return false;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EPERM) {
        return true;
      }
      throw e;
    }
  }

  private static Check pidfd() {
    String what = "SO_PEERPIDFD";
    try {
      int[] pair = UnixSocket.pair();
      try {
        Descriptor.close(UnixSocket.peerPidfd(pair[0]));
        return Check.pass(what, "a client's process number that is used again is noticed");
      } finally {
        Descriptor.close(pair[0]);
        Descriptor.close(pair[1]);
      }
    } catch (LinuxException e) {
      return Check.warn(what, "not here (Linux 6.5): programs of clients cannot be known surely");
    }
  }

  private static Check boottime() {
    String what = "CLOCK_BOOTTIME";
    long first = Clock.boottimeNanos();
    long second = Clock.boottimeNanos();
    for (int i = 0; i < 1_000_000 && second == first; i++) {
      second = Clock.boottimeNanos();
    }
    return first > 0 && second > first
        ? Check.pass(what, "times run out while the machine sleeps, too")
        : Check.fail(what, "it does not go on: nothing would expire");
  }
}

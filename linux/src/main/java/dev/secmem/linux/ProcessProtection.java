package dev.secmem.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Protections of the whole process. Each call sets one and fails if it cannot be had. */
public final class ProcessProtection {
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int MCL_CURRENT = 1;
  private static final int MCL_FUTURE = 2;
  private static final int MCL_ONFAULT = 4;

  private ProcessProtection() {}

  /**
   * Locks every page of the process into RAM, now and later, as each is touched (mlockall(2) with
   * MCL_ONFAULT). Without CAP_IPC_LOCK the whole address space counts against RLIMIT_MEMLOCK.
   */
  public static void lockAllMemory() throws LinuxException {
    Libc.MLOCKALL.check(Libc.MLOCKALL.call(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
  }

  /** No core dumps, no ptrace(2) and no /proc/PID/mem by the same uid (PR_SET_DUMPABLE). */
  public static void makeUndumpable() throws LinuxException {
    Libc.PRCTL.check(Libc.PRCTL.call(PR_SET_DUMPABLE, 0, 0, 0, 0));
  }

  /**
   * Leaves all memory, whatever is mapped later included, out of core dumps that a debugger takes:
   * core(5), "Controlling which mappings are written to the core dump". Programs that are started
   * from now on inherit it. Comes before {@link #makeUndumpable}, after which the file is root's.
   */
  public static void emptyCoreDumps() throws LinuxException {
    try {
      Files.write(
          Path.of("/proc/self/coredump_filter"), new byte[] {'0'}, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new LinuxException("write /proc/self/coredump_filter", Errno.EIO);
    }
  }

  /** Whether the process can be dumped and traced by its own uid. */
  public static boolean isDumpable() throws LinuxException {
    return Libc.PRCTL.check(Libc.PRCTL.call(PR_GET_DUMPABLE, 0, 0, 0, 0)) != 0;
  }

  /**
   * No program that this process executes gains rights (set-uid bits, file capabilities), on all of
   * its threads: prctl(2) alone reaches only the calling one, a seccomp(2) filter that allows
   * everything carries it to the others (SECCOMP_FILTER_FLAG_TSYNC).
   */
  public static void denyNewPrivileges() throws LinuxException {
    Sandbox.enterWithoutRules();
  }

  /** The same for the calling thread only. */
  static void setNoNewPrivileges() throws LinuxException {
    Libc.PRCTL.check(Libc.PRCTL.call(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  }

  /**
   * Leaves the process's private writable memory, the Java heap above all, the C library's too, out
   * of core dumps (MADV_DONTDUMP). Memory mapped later is not covered.
   *
   * @return how many bytes were covered
   */
  public static long excludeHeapFromDumps() throws LinuxException {
    long covered = 0;
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
        covered += excludeFromDumps(line);
      }
    } catch (IOException e) {
      throw new LinuxException("open /proc/self/maps", Errno.EIO);
    }
    return covered;
  }

  private static long excludeFromDumps(String line) throws LinuxException {
    // address           perms offset  dev   inode   pathname (proc_pid_maps(5))
    String[] fields = line.split(" +", 6);
    boolean anonymous = fields[4].equals("0") && (fields.length < 6 || isMemory(fields[5]));
    if (!anonymous || !fields[1].startsWith("rw") || !fields[1].endsWith("p")) {
      return 0;
    }
    int dash = fields[0].indexOf('-');
    long from = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
    long to = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
    long result = Libc.MADVISE.call(from, to - from, NativeMemory.MADV_DONTDUMP);
    if (result != 0 && NativeFunction.errno() == Errno.ENOMEM) {
      return 0; // unmapped by another thread since the list was made
    }
    Libc.MADVISE.check(result);
    return to - from;
  }

  /** Whether a mapping's name is none, or one that the kernel gives to memory, like [heap]. */
  private static boolean isMemory(String name) {
    return name.isEmpty()
        || name.equals("[heap]")
        || name.equals("[stack]")
        || name.startsWith("[anon:");
  }
}

package dev.secmem.app.doctor;

import static dev.secmem.app.doctor.Finding.missing;
import static dev.secmem.app.doctor.Finding.ok;
import static dev.secmem.app.doctor.Finding.warning;

import java.util.List;

/**
 * The agent's limits (/proc/PID/limits); without an agent those of this process, as its own would
 * be.
 */
final class LimitChecks {
  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final long UNKNOWN = -1;

  /** Keys and scratch take 4 MiB (docs/OPERATIONS.md). */
  private static final long MEMLOCK_BYTES = 4L << 20;

  /** What the agent keeps open itself, leaves for its clients, and some connections. */
  private static final long NOFILE = 512;

  private final Machine machine;
  private final long pid;
  private final boolean memoryIsLocked;

  /**
   * @param pid the agent's, or -1
   * @param memoryIsLocked whether the agent says so: with CAP_IPC_LOCK no limit matters
   */
  LimitChecks(Machine machine, long pid, boolean memoryIsLocked) {
    this.machine = machine;
    this.pid = pid;
    this.memoryIsLocked = memoryIsLocked;
  }

  List<Finding> run() {
    return List.of(memlock(), nofile());
  }

  private Finding memlock() {
    String check = "memlock-limit";
    long limit = soft("Max locked memory");
    String found = whose() + ": " + (limit == UNLIMITED ? "unlimited" : limit / 1024 + " KiB");
    String mend = "ulimit -l 16384; LimitMEMLOCK=16M (systemd); --ulimit memlock=16777216";
    if (limit == UNKNOWN) {
      return warning(check, "it cannot be read", mend);
    }
    if (limit >= MEMLOCK_BYTES) {
      return ok(check, found);
    }
    if (memoryIsLocked) {
      return ok(check, found + ", but the agent's memory is locked all the same");
    }
    return pid < 0
        ? warning(check, found + ", and 4096 are needed", mend)
        : missing(check, found + ", and 4096 are needed", mend);
  }

  private Finding nofile() {
    String check = "open-files-limit";
    long limit = soft("Max open files");
    String mend = "ulimit -n 4096; LimitNOFILE=4096 (systemd); --ulimit nofile=4096";
    if (limit == UNKNOWN) {
      return warning(check, "it cannot be read", mend);
    }
    String found = whose() + ": " + (limit == UNLIMITED ? "unlimited" : Long.toString(limit));
    return limit >= NOFILE
        ? ok(check, found)
        : warning(check, found + ", which is enough for few connections only", mend);
  }

  private String whose() {
    return pid < 0 ? "of this shell" : "of the agent";
  }

  private long soft(String name) {
    String process = pid < 0 ? "self" : Long.toString(pid);
    for (String line : Machine.lines(machine.proc().resolve(process + "/limits"))) {
      if (line.startsWith(name)) {
        String soft = line.substring(name.length()).strip().split("\\s+")[0];
        return soft.equals("unlimited") ? UNLIMITED : Long.parseLong(soft);
      }
    }
    return UNKNOWN;
  }
}

package dev.secmem.app.selftest;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.ProcessProtection;
import dev.secmem.linux.ResourceLimit;
import java.io.IOException;
import java.util.List;

/** Protections of a process, tried on this one. */
final class ProcessChecks {
  private static final List<String> FILES = List.of("environ", "mem");

  private ProcessChecks() {}

  static List<Check> all() {
    return List.of(coreDumps(), dumpable());
  }

  private static Check coreDumps() {
    String what = "core limit";
    try {
      ResourceLimit.CORE.set(0, 0);
      boolean off = ResourceLimit.CORE.soft() == 0 && ResourceLimit.CORE.hard() == 0;
      return off
          ? Check.pass(what, "a crash leaves no core file")
          : Check.fail(what, "it does not stay 0: a crash could leave a core file");
    } catch (LinuxException e) {
      return Check.fail(what, "cannot be set: " + e.getMessage());
    }
  }

  /** A child of the same uid reads this process's files before, and must not afterwards. */
  private static Check dumpable() {
    String what = "not dumpable";
    try {
      boolean before = childReads("environ");
      ProcessProtection.makeUndumpable();
      if (ProcessProtection.isDumpable()) {
        return Check.fail(what, "cannot be set: others of this uid can read the agent");
      }
      if (OwnIdentity.uid() == 0) {
        return Check.skip(what, "set, but not tried: you are root, who reads every process");
      }
      for (String file : FILES) {
        if (childReads(file)) {
          return Check.fail(what, "a process of this uid could open /proc/PID/" + file);
        }
      }
      return before
          ? Check.pass(what, "a process of this uid could read this one, and cannot any more")
          : Check.pass(what, "a process of this uid cannot read this one");
    } catch (LinuxException | IOException e) {
      return Check.fail(what, "cannot be tried: " + e.getMessage());
    }
  }

  private static boolean childReads(String file) throws IOException {
    String path = "/proc/" + ProcessHandle.current().pid() + "/" + file;
    Process child =
        new ProcessBuilder("/bin/sh", "-c", ": <\"$0\"", path)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return child.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

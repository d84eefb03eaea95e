package dev.secmem.app.agent;

import dev.secmem.app.engine.EngineMemory;
import dev.secmem.app.engine.Protections;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ProcessProtection;
import dev.secmem.linux.ResourceLimit;
import dev.secmem.linux.Sandbox;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the process the protections of docs/THREAT-MODEL.md, one by one, and tells which were had
 * and why not. Confined.
 */
final class Hardening {
  private final List<String> failures = new ArrayList<>();

  /** A step that may fail. */
  private interface Step {
    void run() throws LinuxException;
  }

  /**
   * Takes every step.
   *
   * @param memory the engine's memory, which is already open
   * @param sandboxed whether to enter the sandbox, too: no file can be opened for writing, and no
   *     program started, from then on
   */
  Protections apply(EngineMemory memory, boolean sandboxed) {
    boolean empty = attempt("core dumps without memory", ProcessProtection::emptyCoreDumps);
    boolean coreOff = attempt("core dumps off", () -> ResourceLimit.CORE.set(0, 0));
    boolean notDumpable = attempt("not dumpable", ProcessProtection::makeUndumpable);
    boolean all = attempt("all memory locked", ProcessProtection::lockAllMemory);
    boolean heap = attempt("heap not dumped", ProcessProtection::excludeHeapFromDumps);
    // Last: it denies some of what the steps before it do. It brings no_new_privs with it; another
    // filter for that would only be run as well.
    boolean sandbox = sandboxed && attempt("sandbox", Sandbox::enter);
    boolean noNewPrivileges =
        sandbox || attempt("no_new_privs", ProcessProtection::denyNewPrivileges);
    boolean arenas = memory.isScratchLocked() && memory.keyArenaKind() != KeyArena.Kind.NONE;
    if (!arenas && !all) {
      failures.add("memory for plaintext is not locked: " + memlockAdvice());
    }
    return new Protections(
        all ? "all" : arenas ? "arenas" : "none",
        arenaWord(memory.keyArenaKind()),
        notDumpable,
        coreOff,
        noNewPrivileges,
        heap && empty,
        attachIsOff(),
        sandbox ? "seccomp" : "none");
  }

  /** What could not be had, a sentence each. */
  List<String> failures() {
    return failures;
  }

  private boolean attempt(String what, Step step) {
    try {
      step.run();
      return true;
    } catch (LinuxException e) {
      failures.add(what + ": no: " + e.getMessage());
      return false;
    }
  }

  private static String memlockAdvice() {
    return "memlock limit is "
        + ResourceLimit.MEMLOCK.describeSoft()
        + "; raise it with 'ulimit -l', LimitMEMLOCK= (systemd) or --ulimit memlock= (containers)";
  }

  private static String arenaWord(KeyArena.Kind kind) {
    return switch (kind) {
      case MEMFD_SECRET -> "memfd_secret";
      case MLOCK -> "mlock";
      case NONE -> "none";
    };
  }

  private static boolean attachIsOff() {
    // From /proc/self/cmdline; the management beans would tell, too, and take 3 MiB.
    return ProcessHandle.current()
        .info()
        .arguments()
        .map(List::of)
        .orElse(List.of())
        .contains("-XX:+DisableAttachMechanism");
  }
}

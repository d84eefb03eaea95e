package dev.secmem.app.agent;

import dev.secmem.app.engine.Protections;
import java.util.Locale;
import java.util.function.Predicate;

/** A protection that {@code --require} can insist on. */
enum Protection {
  /** Plaintext and keys in locked memory. */
  MLOCK(
      "plaintext and keys are in locked memory",
      protections -> !protections.memoryLocked().equals("none")),
  /** Keys in memory that no other process can read. */
  SECRETMEM("keys are in memfd_secret pages", p -> p.keyArena().equals("memfd_secret")),
  /** Not dumpable and not traceable by the own uid. */
  NODUMP("the process cannot be dumped or traced", Protections::notDumpable),
  /** No core files. */
  NOCORE("core dumps are off", Protections::coreDumpsOff),
  /** No new privileges on any thread. */
  NONEWPRIVS("no_new_privs is set on all threads", Protections::noNewPrivileges),
  /** The heap is left out of dumps. */
  HEAP("the heap is left out of dumps", Protections::heapNotDumped),
  /** Nobody can attach. */
  ATTACH("attaching to the JVM is off", Protections::attachOff),
  /** The kernel denies what a running agent never needs. */
  SANDBOX("system calls are filtered", p -> p.sandbox().equals("seccomp"));

  private final String meaning;
  private final Predicate<Protections> holds;

  Protection(String meaning, Predicate<Protections> holds) {
    this.meaning = meaning;
    this.holds = holds;
  }

  /** The word on the command line. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String meaning() {
    return meaning;
  }

  boolean holds(Protections protections) {
    return holds.test(protections);
  }
}

package dev.secmem.app.doctor;

import static dev.secmem.app.doctor.Finding.ok;
import static dev.secmem.app.doctor.Finding.warning;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the machine's settings mean for secrets that were delivered. */
final class SystemChecks {
  /** Nobody's clock was right before this program was written. */
  private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

  private final Machine machine;

  SystemChecks(Machine machine) {
    this.machine = machine;
  }

  List<Finding> run(Instant now, boolean coreLimitIsZero) {
    return List.of(hibernation(), ptrace(), corePattern(coreLimitIsZero), clock(now));
  }

  private Finding hibernation() {
    Optional<String> states = Machine.text(machine.sys().resolve("power/state"));
    String lockdown =
        Machine.text(machine.sys().resolve("kernel/security/lockdown"))
            .map(text -> text.replaceAll(".*\\[|\\].*", ""))
            .orElse("none");
    boolean disk = Arrays.asList(states.orElse("").split("\\s+")).contains("disk");
    if (disk && lockdown.equals("none")) {
      return warning(
          "hibernation",
          "possible: the whole memory is written to the disk then, keys included where the kernel"
              + " has no memfd_secret",
          "systemctl mask hibernate.target hybrid-sleep.target suspend-then-hibernate.target");
    }
    return ok(
        "hibernation",
        disk
            ? "forbidden by the kernel's lockdown (" + lockdown + ")"
            : "not possible on this kernel, or now");
  }

  private Finding ptrace() {
    String check = "ptrace";
    Optional<String> scope = Machine.text(machine.proc().resolve("sys/kernel/yama/ptrace_scope"));
    if (scope.isEmpty()) {
      return warning(
          check,
          "this kernel has no Yama: a program of your uid can read another's memory, though not the"
              + " agent's",
          "boot a kernel with CONFIG_SECURITY_YAMA");
    }
    return scope.get().equals("0")
        ? warning(
            check,
            "a program of your uid can read another's memory, though not the agent's",
            "sysctl -w kernel.yama.ptrace_scope=1")
        : ok(check, "programs cannot read each other's memory (scope " + scope.get() + ")");
  }

  private Finding corePattern(boolean limitIsZero) {
    String check = "core-dumps";
    Optional<String> pattern = Machine.text(machine.proc().resolve("sys/kernel/core_pattern"));
    if (pattern.isEmpty()) {
      return warning(check, "core_pattern cannot be read", "sysctl kernel.core_pattern");
    }
    if (pattern.get().startsWith("|")) {
      return warning(
          check,
          "a program that crashes with a secret is given to '"
              + pattern.get().substring(1).strip()
              + "', whatever its core limit; the agent is not",
          "sysctl -w kernel.core_pattern=core, or Storage=none in coredump.conf");
    }
    return limitIsZero
        ? ok(check, "off for what you start from here (ulimit -c 0)")
        : warning(
            check,
            "a program that crashes with a secret writes it to '" + pattern.get() + "'",
            "ulimit -c 0; LimitCORE=0 (systemd)");
  }

  private static Finding clock(Instant now) {
    return now.isBefore(WRITTEN)
        ? warning(
            "clock",
            "it says "
                + now
                + ": audit lines carry a wrong time; the times of secrets do not"
                + " depend on it",
            "timedatectl set-ntp true")
        : ok("clock", "plausible; the times of secrets do not depend on it");
  }
}

package dev.secmem.app.doctor;

import static dev.secmem.app.doctor.Finding.missing;
import static dev.secmem.app.doctor.Finding.ok;
import static dev.secmem.app.doctor.Finding.warning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the agent says of itself in STATUS, and what the kernel says of its process. */
final class AgentChecks {
  private static final String LAUNCHER = "start it by bin/secmem-agent, whose launcher does that";

  /** Each keeps the JVM from writing, or from telling, what is in its memory. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+DisableAttachMechanism",
          "-XX:-UsePerfData",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null");

  private final Machine machine;
  private final Map<String, Object> status;
  private final String ownVersion;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param status the body of STATUS
   * @param ownVersion of this program
   */
  AgentChecks(Machine machine, Map<String, Object> status, String ownVersion) {
    this.machine = machine;
    this.status = status;
    this.ownVersion = ownVersion;
  }

  List<Finding> run() {
    findings.add(agent());
    findings.add(version());
    memory();
    keys();
    flag("not_dumpable", "no-dump", "it cannot be traced or dumped", true);
    flag("core_dumps_off", "no-core", "it leaves no core dump", true);
    flag("no_new_privs", "no-new-privs", "what it starts gains no rights", false);
    flag("heap_not_dumped", "heap", "its heap is left out of dumps", false);
    findings.add(
        is("attach_off")
            ? ok("attach", "nobody can attach to its JVM")
            : missing("attach", "programs of its uid can attach to its JVM", LAUNCHER));
    findings.add(
        "seccomp".equals(protection("sandbox"))
            ? ok("sandbox", "the kernel denies what the agent never needs")
            : warning("sandbox", "its system calls are not filtered", "leave out --no-sandbox"));
    findings.add(cipher());
    findings.add(jvm());
    return findings;
  }

  /** The process that STATUS names, or -1. */
  long pid() {
    return status.get("pid") instanceof Long pid ? pid : -1;
  }

  private Finding agent() {
    String uid =
        Machine.lines(machine.proc().resolve(pid() + "/status")).stream()
            .filter(line -> line.startsWith("Uid:"))
            .map(line -> ", uid " + line.split("\\s+")[1])
            .findFirst()
            .orElse(", of which /proc shows nothing");
    boolean locked = is("locked");
    return ok(
        "agent",
        "answers: pid "
            + pid()
            + uid
            + ", root of trust "
            + status.get("root")
            + (locked ? ", locked ('secmemctl unlock')" : ""));
  }

  private Finding version() {
    String server = String.valueOf(status.get("server"));
    String agents = server.substring(server.indexOf('/') + 1);
    return agents.equals(ownVersion)
        ? ok("version", ownVersion + ", as the agent; Java " + status.get("java"))
        : warning(
            "version",
            "the agent is " + agents + ", this is " + ownVersion,
            "restart secmem-agent (what it keeps is gone then)");
  }

  private void memory() {
    String check = "memory";
    String mend = "ulimit -l unlimited; LimitMEMLOCK=infinity (systemd); --ulimit memlock=-1";
    String locked = word("memory_locked");
    findings.add(
        switch (locked) {
          case "all" -> ok(check, "all of the agent's memory is locked");
          case "arenas" -> ok(check, "keys and plaintext are locked, names are not");
          default -> missing(check, "the agent's memory can be swapped out", mend);
        });
  }

  private void keys() {
    String check = "keys";
    findings.add(
        switch (word("key_arena")) {
          case "memfd_secret" -> ok(check, "keys are in memory that no other process can read");
          case "mlock" ->
              warning(
                  check,
                  "keys are in locked memory, which root's debuggers can read",
                  "Linux 5.14 or newer with memfd_secret, then restart the agent");
          default ->
              missing(
                  check,
                  "keys are in ordinary memory",
                  "ulimit -l 16384; LimitMEMLOCK=16M (systemd)");
        });
  }

  private void flag(String key, String check, String meaning, boolean important) {
    if (is(key)) {
      findings.add(ok(check, meaning));
      return;
    }
    String found = "not so: " + meaning;
    String mend = "the agent's first lines say why: start it again with --log-level info";
    findings.add(important ? missing(check, found, mend) : warning(check, found, mend));
  }

  private Finding cipher() {
    String cipher = String.valueOf(status.get("cipher"));
    return cipher.equals("openssl")
        ? ok("cipher", "openssl leaves nothing on the heap")
        : warning(
            "cipher",
            cipher + " leaves key material on the heap",
            "install libcrypto 3 and start the agent with --cipher openssl");
  }

  private Finding jvm() {
    Optional<String> line = Machine.text(machine.proc().resolve(pid() + "/cmdline"));
    if (line.isEmpty() || line.get().isEmpty()) {
      return warning(
          "jvm",
          "its options cannot be read (/proc/" + pid() + "/cmdline)",
          "run this as the agent's uid, in its pid namespace");
    }
    List<String> words = List.of(line.get().split("\0"));
    List<String> absent = JVM_OPTIONS.stream().filter(option -> !words.contains(option)).toList();
    if (words.contains("-XX:+HeapDumpOnOutOfMemoryError")) {
      return missing("jvm", "it would dump its heap to a file", LAUNCHER);
    }
    return absent.isEmpty()
        ? ok("jvm", "its JVM writes no file and answers nobody")
        : missing("jvm", "its JVM runs without " + String.join(" ", absent), LAUNCHER);
  }

  private boolean is(String key) {
    Object value = status.containsKey(key) ? status.get(key) : protection(key);
    return Boolean.TRUE.equals(value);
  }

  private String word(String key) {
    return String.valueOf(protection(key));
  }

  private Object protection(String key) {
    return status.get("protections") instanceof Map<?, ?> map ? map.get(key) : null;
  }
}

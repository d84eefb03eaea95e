package dev.secmem.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.doctor.Finding.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor makes of machines of every kind, in folders that stand for /proc and /sys. */
final class DoctorTest {
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final String SWAPS = "Filename Type Size Used Priority\n";
  private static final String GOOD_JVM =
      "java\0-XX:+DisableAttachMechanism\0-XX:-UsePerfData\0-XX:-CreateCoredumpOnCrash\0"
          + "-XX:ErrorFile=/dev/null\0";

  @TempDir Path root;
  private Machine machine;

  @BeforeEach
  void folders() {
    machine = new Machine(root.resolve("proc"), root.resolve("sys"));
  }

  @Test
  void noSwapIsFine() throws IOException {
    write("proc/swaps", SWAPS);
    assertEquals(State.OK, swap().state());
  }

  @Test
  void swapThatCannotBeReadIsNotTakenForNone() {
    assertEquals(State.WARNING, swap().state());
  }

  @Test
  void aPartitionIsMissingAFileCannotBeTold() throws IOException {
    write("proc/swaps", SWAPS + "/dev/sda2 partition 1 0 -2\n/swapfile file 1 0 -3\n");
    List<Finding> findings = new SwapCheck(machine).run();
    assertEquals(List.of(State.MISSING, State.WARNING), states(findings));
    assertEquals("swapoff /dev/sda2", findings.get(0).mend());
    assertTrue(findings.get(1).found().contains("cannot be told"), findings::toString);
  }

  @Test
  void zramIsMemoryUnlessItWritesToADisk() throws IOException {
    write("proc/swaps", SWAPS + "/dev/zram0 partition 1 0 100\n");
    assertEquals(State.OK, swap().state());
    write("sys/class/block/zram0/backing_dev", "none\n");
    assertEquals(State.OK, swap().state());
    write("sys/class/block/zram0/backing_dev", "/dev/sda5\n");
    assertEquals(State.WARNING, swap().state());
  }

  @Test
  void deviceMapperTellsWhetherItEncryptsItself() throws IOException {
    write("proc/swaps", SWAPS + "/dev/dm-1 partition 1 0 -2\n");
    write("sys/class/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n");
    assertEquals(State.OK, swap().state());
    write("sys/class/block/dm-1/dm/uuid", "LVM-abc\n");
    assertEquals(State.WARNING, swap().state());
    assertTrue(swap().found().contains("cannot be told"));
  }

  @Test
  void hibernationIsWarnedOfUnlessTheKernelForbidsIt() throws IOException {
    write("sys/power/state", "freeze mem disk\n");
    assertEquals(State.WARNING, system("hibernation", false).state());
    write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    assertEquals(State.OK, system("hibernation", false).state());
    write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    assertEquals(State.WARNING, system("hibernation", false).state());
    write("sys/power/state", "freeze mem\n");
    assertEquals(State.OK, system("hibernation", false).state());
  }

  @Test
  void ptraceScope() throws IOException {
    assertEquals(State.WARNING, system("ptrace", false).state());
    write("proc/sys/kernel/yama/ptrace_scope", "0\n");
    assertEquals("sysctl -w kernel.yama.ptrace_scope=1", system("ptrace", false).mend());
    write("proc/sys/kernel/yama/ptrace_scope", "1\n");
    assertEquals(State.OK, system("ptrace", false).state());
  }

  @Test
  void coresThatAreGivenToAProgramIgnoreTheLimit() throws IOException {
    write("proc/sys/kernel/core_pattern", "core\n");
    assertEquals(State.OK, system("core-dumps", true).state());
    assertEquals(State.WARNING, system("core-dumps", false).state());
    write("proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P\n");
    assertEquals(State.WARNING, system("core-dumps", true).state());
  }

  @Test
  void aClockBeforeThisProgramIsWrong() {
    assertEquals(State.OK, system("clock", true).state());
    List<Finding> early = new SystemChecks(machine).run(Instant.EPOCH, true);
    assertEquals(State.WARNING, early.get(early.size() - 1).state());
  }

  @Test
  void limitsAreTheAgentsWhereThereIsOne() throws IOException {
    limits("7", "65536", "100");
    limits("self", "8388608", "1024");
    List<Finding> agents = new LimitChecks(machine, 7, false).run();
    assertEquals(List.of(State.MISSING, State.WARNING), states(agents));
    assertTrue(agents.get(0).found().contains("64 KiB"), agents::toString);
    assertEquals(List.of(State.OK, State.WARNING), states(new LimitChecks(machine, 7, true).run()));
    assertEquals(List.of(State.OK, State.OK), states(new LimitChecks(machine, -1, false).run()));
    assertEquals(
        List.of(State.WARNING, State.WARNING), states(new LimitChecks(machine, 8, false).run()));
    limits("self", "unlimited", "unlimited");
    assertEquals(List.of(State.OK, State.OK), states(new LimitChecks(machine, -1, false).run()));
  }

  @Test
  void anAgentWithEveryProtectionIsFine() throws IOException {
    agentProcess(GOOD_JVM);
    List<Finding> findings = new AgentChecks(machine, status(Map.of()), "0.1.0").run();
    assertEquals(Set.of(State.OK), Set.copyOf(states(findings)), findings::toString);
    assertTrue(findings.get(0).found().contains("pid 7, uid 33"), findings.get(0)::toString);
  }

  @Test
  void eachProtectionThatIsMissingIsFound() throws IOException {
    agentProcess(GOOD_JVM);
    Map<String, State> expected =
        Map.of(
            "memory_locked=none", State.MISSING,
            "key_arena=none", State.MISSING,
            "key_arena=mlock", State.WARNING,
            "not_dumpable=false", State.MISSING,
            "core_dumps_off=false", State.MISSING,
            "no_new_privs=false", State.WARNING,
            "heap_not_dumped=false", State.WARNING,
            "attach_off=false", State.MISSING,
            "sandbox=none", State.WARNING);
    expected.forEach(
        (change, state) -> {
          String[] pair = change.split("=");
          Object value = pair[1].equals("false") ? (Object) false : pair[1];
          List<Finding> findings =
              new AgentChecks(machine, status(Map.of(pair[0], value)), "0.1.0").run();
          List<Finding> wrong = findings.stream().filter(f -> f.state() != State.OK).toList();
          assertEquals(List.of(state), states(wrong), change + ": " + findings);
          assertFalse(wrong.get(0).mend().isEmpty(), change);
        });
  }

  @Test
  void aJvmThatWasNotStartedByTheLauncherIsFound() throws IOException {
    agentProcess("java\0-cp\0x.jar\0");
    assertEquals(State.MISSING, jvm().state());
    assertTrue(jvm().found().contains("-XX:-UsePerfData"), jvm()::toString);
    agentProcess(GOOD_JVM + "-XX:+HeapDumpOnOutOfMemoryError\0");
    assertEquals(State.MISSING, jvm().state());
    Files.delete(machine.proc().resolve("7/cmdline"));
    assertEquals(State.WARNING, jvm().state());
  }

  @Test
  void anotherVersionIsTold() throws IOException {
    agentProcess(GOOD_JVM);
    List<Finding> findings = new AgentChecks(machine, status(Map.of()), "0.2.0").run();
    assertEquals("version", findings.get(1).check());
    assertEquals(State.WARNING, findings.get(1).state());
  }

  @Test
  void aFolderThatOthersCanWriteToIsFound() throws IOException {
    Path folder = Files.createTempDirectory(root, "folder"); // nobody else's, whatever the umask
    Set<Long> me = Set.of(dev.secmem.linux.OwnIdentity.uid());
    Path socket = folder.resolve("agent.sock");
    assertFalse(new FolderChecks(socket, me).run().get(0).state() == State.MISSING);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Finding finding = new FolderChecks(socket, me).run().get(0);
    assertEquals(State.MISSING, finding.state());
    assertEquals("chmod go-w '" + folder + "'", finding.mend());
    Path absent = folder.resolve("absent/agent.sock");
    assertEquals(State.WARNING, new FolderChecks(absent, me).run().get(0).state());
  }

  @Test
  void withoutAnAgentTheMachineIsExamined() throws IOException {
    limits("self", "8388608", "1024");
    Doctor doctor = new Doctor(machine, "0.1.0", 0);
    List<Finding> findings = doctor.examineWithout("no agent", false, null, Set.of());
    assertEquals(State.WARNING, findings.get(0).state());
    assertTrue(findings.stream().anyMatch(f -> f.check().equals("swap")));
    List<Finding> fooled = doctor.examineWithout("uid 7 answers", true, null, Set.of());
    assertEquals(State.MISSING, fooled.get(0).state());
  }

  private Finding swap() {
    return new SwapCheck(machine).run().get(0);
  }

  private Finding system(String check, boolean coreLimitIsZero) {
    return new SystemChecks(machine)
        .run(NOW, coreLimitIsZero).stream()
            .filter(finding -> finding.check().equals(check))
            .findFirst()
            .orElseThrow();
  }

  private Finding jvm() {
    List<Finding> findings = new AgentChecks(machine, status(Map.of()), "0.1.0").run();
    return findings.get(findings.size() - 1);
  }

  private void agentProcess(String commandLine) throws IOException {
    write("proc/7/cmdline", commandLine);
    write("proc/7/status", "Name:\tjava\nUid:\t33\t33\t33\t33\n");
  }

  private void limits(String process, String memlock, String files) throws IOException {
    write(
        "proc/" + process + "/limits",
        "Limit                     Soft Limit           Hard Limit           Units\n"
            + "Max open files            "
            + files
            + "                 4096         files\n"
            + "Max locked memory         "
            + memlock
            + "              8388608      bytes\n");
  }

  private static Map<String, Object> status(Map<String, Object> changes) {
    Map<String, Object> protections =
        new HashMap<>(
            Map.of(
                "memory_locked", "all",
                "key_arena", "memfd_secret",
                "not_dumpable", true,
                "core_dumps_off", true,
                "no_new_privs", true,
                "heap_not_dumped", true,
                "attach_off", true,
                "sandbox", "seccomp"));
    protections.putAll(changes);
    return Map.of(
        "server", "secmem-agent/0.1.0",
        "pid", 7L,
        "root", "random",
        "locked", false,
        "cipher", "openssl",
        "java", "17",
        "protections", protections);
  }

  private static List<State> states(List<Finding> findings) {
    return findings.stream().map(Finding::state).toList();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}

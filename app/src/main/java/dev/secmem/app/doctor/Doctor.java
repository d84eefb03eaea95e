package dev.secmem.app.doctor;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at everything, in a fixed order: the agent, its limits and folder, the kernel, the machine.
 */
public final class Doctor {
  private final Machine machine;
  private final String ownVersion;
  private final long ownUid;

  public Doctor(Machine machine, String ownVersion, long ownUid) {
    this.machine = machine;
    this.ownVersion = ownVersion;
    this.ownUid = ownUid;
  }

  /**
   * With an agent.
   *
   * @param status the body of its STATUS
   * @param socket where it answered, or null if that cannot be told
   * @param trustedUids who may run it, beside the own uid and root
   */
  public List<Finding> examine(Map<String, Object> status, Path socket, Set<Long> trustedUids) {
    AgentChecks agent = new AgentChecks(machine, status, ownVersion);
    List<Finding> findings = new ArrayList<>(agent.run());
    boolean locked =
        findings.stream()
            .anyMatch(f -> f.check().equals("memory") && f.state() == Finding.State.OK);
    findings.addAll(new LimitChecks(machine, agent.pid(), locked).run());
    addRest(findings, socket, trustedUids);
    return findings;
  }

  /**
   * Without one.
   *
   * @param reason why it does not answer
   * @param untrusted whether somebody else answers in its place
   */
  public List<Finding> examineWithout(
      String reason, boolean untrusted, Path socket, Set<Long> trustedUids) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        untrusted
            ? Finding.missing("agent", reason, "if you do trust it, name its uid by --agent-uid")
            : Finding.warning(
                "agent",
                reason,
                "secmem-agent &   (--socket or SECMEM_SOCK names another socket)"));
    findings.addAll(new LimitChecks(machine, -1, false).run());
    addRest(findings, socket, trustedUids);
    return findings;
  }

  private void addRest(List<Finding> findings, Path socket, Set<Long> trustedUids) {
    if (socket != null) {
      Set<Long> owners = new java.util.HashSet<>(trustedUids);
      owners.add(ownUid);
      findings.addAll(new FolderChecks(socket, owners).run());
    }
    findings.addAll(new KernelChecks(machine).run());
    findings.addAll(new SwapCheck(machine).run());
    findings.addAll(new SystemChecks(machine).run(Instant.now(), coreLimitIsZero()));
  }

  /** Of the caller: the launcher has set that of this process to 0. */
  private boolean coreLimitIsZero() {
    return Machine.lines(
            machine
                .proc()
                .resolve(
                    ProcessHandle.current().parent().map(p -> p.pid() + "").orElse("self")
                        + "/limits"))
        .stream()
        .filter(line -> line.startsWith("Max core file size"))
        .anyMatch(line -> line.replaceAll("^Max core file size\\s+", "").startsWith("0 "));
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.JsonText;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.cli.Version;
import dev.secmem.app.doctor.Doctor;
import dev.secmem.app.doctor.Finding;
import dev.secmem.app.doctor.Machine;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code secmemctl doctor}. */
final class DoctorCommand {
  private DoctorCommand() {}

  /** Gives the exit code: 1 if something important is missing. */
  static int run(Arguments arguments)
      throws UsageException, CtlException, LinuxException, IOException {
    List<Finding> findings = examine(arguments);
    Stdout.write(
        arguments.has(CtlSyntax.JSON)
            ? json(findings)
            : DoctorTable.of(findings, Colors.forStdout()));
    boolean missing = findings.stream().anyMatch(f -> f.state() == Finding.State.MISSING);
    return missing ? ExitCode.FAILED : ExitCode.OK;
  }

  private static List<Finding> examine(Arguments arguments)
      throws UsageException, CtlException, LinuxException, IOException {
    Doctor doctor = new Doctor(Machine.HERE, Version.text(), OwnIdentity.uid());
    Path socket = socket(arguments.value(CtlSyntax.SOCKET));
    long uid = arguments.number(CtlSyntax.AGENT_UID, 0, AgentConnection.MAX_UID);
    Set<Long> trusted = uid < 0 ? Set.of() : Set.of(uid);
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery status = client.status()) {
      String text = ReportCommands.text(status).strip();
      return doctor.examine(Json.object(text), socket, trusted);
    } catch (SecretClientException e) {
      boolean untrusted = e.reason() == SecretClientException.Reason.NOT_TRUSTED;
      return doctor.examineWithout(e.getMessage(), untrusted, socket, trusted);
    }
  }

  /** Where a client looks (docs/PROTOCOL.md); null where nothing says it. */
  private static Path socket(String given) {
    String named = given == null ? System.getenv("SECMEM_SOCK") : given;
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && runtime.startsWith("/")) {
      return Path.of(runtime, "secmem", "agent.sock");
    }
    return OwnIdentity.uid() == 0 ? Path.of("/run/secmem/agent.sock") : null;
  }

  private static String json(List<Finding> findings) {
    StringBuilder lines = new StringBuilder();
    for (Finding finding : findings) {
      lines.append("{\"check\":").append(JsonText.quoted(finding.check()));
      lines.append(",\"state\":").append(JsonText.quoted(finding.state().word()));
      lines.append(",\"found\":").append(JsonText.quoted(finding.found()));
      String mend = finding.mend();
      lines.append(",\"mend\":").append(mend.isEmpty() ? "null" : JsonText.quoted(mend));
      lines.append("}\n");
    }
    return lines.toString();
  }
}

package dev.secmem.app.doctor;

import static dev.secmem.app.doctor.Finding.ok;
import static dev.secmem.app.doctor.Finding.warning;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.NativeMemory;
import dev.secmem.linux.UnixSocket;
import java.util.List;

/** Features of the kernel, each tried. */
final class KernelChecks {
  private final Machine machine;

  KernelChecks(Machine machine) {
    this.machine = machine;
  }

  List<Finding> run() {
    return List.of(secretMemory(), sealedNoExec(), peerPidfd());
  }

  private Finding secretMemory() {
    String check = "memfd_secret";
    try (NativeMemory memory = NativeMemory.secret(1)) {
      return ok(
          check, "memory that no other process can read: " + memory.sizeBytes() + " bytes had");
    } catch (LinuxException e) {
      return warning(
          check,
          "keys lie in locked memory, which root's debuggers can read: " + e.getMessage(),
          "Linux 5.14 or newer, booted with secretmem.enable=1; in a container a seccomp profile"
              + " that allows it");
    }
  }

  private Finding sealedNoExec() {
    String check = "noexec-seal";
    return Memfd.hasNoExecSeal()
        ? ok(check, "a delivered file can never be made a program")
        : warning(check, "a delivered file could be made a program", newer("6.3"));
  }

  private Finding peerPidfd() {
    String check = "peer-pidfd";
    try {
      int[] pair = UnixSocket.pair();
      try {
        Descriptor.close(UnixSocket.peerPidfd(pair[0]));
        return ok(check, "a client's process cannot be taken for a later one");
      } finally {
        Descriptor.close(pair[0]);
        Descriptor.close(pair[1]);
      }
    } catch (LinuxException e) {
      return warning(
          check,
          "clients' processes are told by pid and start time: " + e.getMessage(),
          newer("6.5"));
    }
  }

  private String newer(String version) {
    String here =
        Machine.text(machine.proc().resolve("sys/kernel/osrelease")).orElse("an unknown one");
    return "Linux " + version + " or newer; this is " + here;
  }
}

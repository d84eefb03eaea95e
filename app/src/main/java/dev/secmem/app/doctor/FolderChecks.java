package dev.secmem.app.doctor;

import static dev.secmem.app.doctor.Finding.missing;
import static dev.secmem.app.doctor.Finding.ok;
import static dev.secmem.app.doctor.Finding.warning;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Folder;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether somebody else could put a socket of his own where clients look for the agent's. */
final class FolderChecks {
  private static final String CHECK = "socket-folder";
  private static final int OTHERS_WRITE = 022;
  private static final int STICKY = 01000;
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  private final Path socket;
  private final Set<Long> trusted;

  /**
   * @param trusted the uids that may own a folder above the socket, root aside
   */
  FolderChecks(Path socket, Set<Long> trusted) {
    this.socket = socket.toAbsolutePath().normalize();
    this.trusted = trusted;
  }

  List<Finding> run() {
    Path folder = socket.getParent();
    if (!Files.isDirectory(folder)) {
      return List.of(
          warning(CHECK, folder + " is not there: no agent has made it", "secmem-agent &"));
    }
    List<Finding> findings = new ArrayList<>();
    for (Path above = folder; above != null; above = above.getParent()) {
      Finding wrong = judge(above);
      if (wrong != null) {
        findings.add(wrong);
      }
    }
    if (findings.isEmpty()) {
      findings.add(fileSystem(folder));
    }
    return findings;
  }

  /** What is wrong with a folder, or null. */
  private Finding judge(Path folder) {
    try (Folder open = Folder.open(folder.toString(), true)) {
      Descriptor.Status status = open.status();
      if (status.uid() != 0 && !trusted.contains(status.uid())) {
        return missing(
            CHECK,
            folder + " belongs to uid " + status.uid() + ", who can replace the agent's socket",
            "use a socket in $XDG_RUNTIME_DIR or /run/secmem (--socket)");
      }
      // In a sticky folder others cannot rename what is not theirs; the socket's own must be
      // closed.
      boolean sticky = (status.mode() & STICKY) != 0;
      if ((status.mode() & OTHERS_WRITE) != 0 && !sticky) {
        return missing(
            CHECK, folder + " can be written to by others", "chmod go-w '" + folder + "'");
      }
      return null;
    } catch (LinuxException e) {
      return warning(
          CHECK, folder + " cannot be looked at: " + e.getMessage(), "namei -l " + socket);
    }
  }

  private Finding fileSystem(Path folder) {
    try {
      String type = Files.getFileStore(folder).type();
      return IN_MEMORY.contains(type)
          ? ok(CHECK, folder + " is safe, and in memory (" + type + ")")
          : warning(
              CHECK,
              folder + " is safe, but on a disk (" + type + "): after a crash the socket stays",
              "use a socket in $XDG_RUNTIME_DIR or /run (--socket)");
    } catch (IOException e) {
      return warning(
          CHECK, "its file system cannot be told: " + e.getMessage(), "stat -f " + folder);
    }
  }
}

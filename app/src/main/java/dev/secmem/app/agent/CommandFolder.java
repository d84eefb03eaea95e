package dev.secmem.app.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The private folder for the socket of an agent that serves one command. Confined. */
final class CommandFolder implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.secmem.agent");

  private final Path folder;

  private CommandFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes one, of mode 0700, in $XDG_RUNTIME_DIR, else in /dev/shm, else in the temporary folder.
   */
  static CommandFolder create() throws IOException {
    return new CommandFolder(
        Files.createTempDirectory(
            parent(),
            "secmem-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
  }

  private static Path parent() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && !runtime.isEmpty() && isUsable(Path.of(runtime))) {
      return Path.of(runtime);
    }
    Path shm = Path.of("/dev/shm");
    return isUsable(shm) ? shm : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static boolean isUsable(Path folder) {
    return folder.isAbsolute() && Files.isDirectory(folder) && Files.isWritable(folder);
  }

  /** The path for the socket. */
  String socket() {
    return folder.resolve("agent.sock").toString();
  }

  /** Removes the folder, which is empty by then. */
  @Override
  public void close() {
    try {
      Files.delete(folder);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "could not remove " + folder + ": " + e);
    }
  }
}

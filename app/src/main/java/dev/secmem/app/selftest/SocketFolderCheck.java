package dev.secmem.app.selftest;

import dev.secmem.linux.OwnIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Whether the folder of the default socket is safe: the agent refuses to serve in another. */
final class SocketFolderCheck {
  private static final String WHAT = "socket folder";
  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;

  private SocketFolderCheck() {}

  /**
   * @param environment looks up a variable, null where it is not set
   */
  static Check check(UnaryOperator<String> environment) {
    Path folder = folder(environment);
    if (folder == null) {
      return Check.warn(WHAT, "no default: set XDG_RUNTIME_DIR or SECMEM_SOCK, or give --socket");
    }
    boolean made = Files.isDirectory(folder);
    Path looked = made ? folder : folder.getParent();
    try {
      if (looked == null || !Files.isDirectory(looked)) {
        return Check.warn(WHAT, "there is no folder " + looked);
      }
      long uid = Integer.toUnsignedLong((int) Files.getAttribute(looked, "unix:uid"));
      int mode = (int) Files.getAttribute(looked, "unix:mode");
      if (uid != 0 && uid != OwnIdentity.uid()) {
        return Check.warn(WHAT, looked + " belongs to uid " + uid + ": the agent would not start");
      }
      if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
        return Check.warn(WHAT, "others can write to " + looked + ": the agent would not start");
      }
      String type = Files.getFileStore(looked).type();
      return Check.pass(WHAT, folder + (made ? "" : " (made at the start)") + ", safe, on " + type);
    } catch (IOException e) {
      return Check.warn(WHAT, looked + " cannot be looked at: " + e.getMessage());
    }
  }

  /** Where the agent's default socket lies (README.md, "Commands"). */
  private static Path folder(UnaryOperator<String> environment) {
    String socket = environment.apply("SECMEM_SOCK");
    if (socket != null && !socket.isEmpty()) {
      return Path.of(socket).toAbsolutePath().getParent();
    }
    String runtime = environment.apply("XDG_RUNTIME_DIR");
    if (runtime != null && runtime.startsWith("/")) {
      return Path.of(runtime, "secmem");
    }
    return OwnIdentity.uid() == 0 ? Path.of("/run/secmem") : null;
  }
}

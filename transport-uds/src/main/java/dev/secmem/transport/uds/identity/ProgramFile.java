package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.Peer;
import dev.secmem.linux.FileIdentity;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A look at the file that a grant names: one that could never be what the kernel calls a program is
 * refused at once, instead of matching nobody in silence.
 *
 * <p>What the owner of the grant could not see himself is not looked at: the agent must not tell
 * him of it. A file that is not there yet is fine.
 */
final class ProgramFile {
  private static final int OTHERS_READ = 4;
  private static final int OTHERS_EXECUTE = 1;

  private ProgramFile() {}

  static void check(Peer owner, byte[] path) {
    try {
      FileIdentity file = FileIdentity.of(path);
      boolean sees = owner.uid() == OwnIdentity.uid() || owner.uid() == 0;
      if (!sees && !(isOpenToAll(path) && isOpenToAll(file.path()))) {
        return;
      }
      if (!file.isAt(path)) {
        throw new IllegalArgumentException(
            "exe: a symbolic link is on that path; name the file itself (realpath)");
      }
      if (!file.status().isRegularFile()) {
        throw new IllegalArgumentException("exe: that is no file");
      }
      if (new String(FileIdentity.start(path, 2), StandardCharsets.ISO_8859_1).equals("#!")) {
        throw new IllegalArgumentException(
            "exe: that is a script, which runs as its interpreter; it could never match");
      }
    } catch (LinuxException e) {
      return; // not there, or not to be seen: nothing to say of it
    }
  }

  /** Whether every folder on the way can be entered, and the file be read, by everybody. */
  private static boolean isOpenToAll(byte[] path) throws LinuxException {
    for (int i = 1; i < path.length; i++) {
      if (path[i] == '/' && !mode(Arrays.copyOf(path, i), OTHERS_EXECUTE)) {
        return false;
      }
    }
    return mode(path, OTHERS_READ) && mode("/".getBytes(StandardCharsets.US_ASCII), OTHERS_EXECUTE);
  }

  private static boolean mode(byte[] path, int bits) throws LinuxException {
    return (FileIdentity.of(path).status().mode() & bits) == bits;
  }
}

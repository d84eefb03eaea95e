package dev.secmem.transport.uds.identity;

import dev.secmem.api.PercentEncoding;
import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Peer;
import dev.secmem.linux.Errno;
import dev.secmem.linux.FileIdentity;
import dev.secmem.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The program that a peer's process runs at one moment: an exec changes it. Looked at once for each
 * request; the file at its path, too.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class RunningProgram {
  private final FileIdentity file;
  private final PluginException failure;
  private Boolean atItsPath;

  private RunningProgram(FileIdentity file, PluginException failure) {
    this.file = file;
    this.failure = failure;
  }

  /** The program of a peer, or why it cannot be seen. */
  static RunningProgram of(ProcessReader reader, Peer peer) {
    Supplier<RunningProgram> look =
        () -> {
          try {
            return new RunningProgram(
                reader.read(
                    peer,
                    "exe",
                    folder ->
                        FileIdentity.of(
                            folder.resolve("exe").toString().getBytes(StandardCharsets.UTF_8))),
                null);
          } catch (PluginException e) {
            return new RunningProgram(null, e);
          }
        };
    return peer.rememberBriefly(RunningProgram.class, look);
  }

  /** Its path, percent-encoded. */
  String path() throws PluginException {
    if (failure != null) {
      throw failure;
    }
    return PercentEncoding.encode(file.path());
  }

  /**
   * Whether the file at its path is the one that runs: not after that was deleted or replaced, nor
   * where the process sees other files than the agent (a container).
   */
  synchronized boolean isAtItsPath() throws PluginException {
    path();
    if (atItsPath == null) {
      try {
        atItsPath = FileIdentity.of(file.path()).isSame(file);
      } catch (LinuxException e) {
        if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
          throw ProcessReader.failure("exe", "the program's file cannot be seen");
        }
        atItsPath = false;
      }
    }
    return atItsPath;
  }
}

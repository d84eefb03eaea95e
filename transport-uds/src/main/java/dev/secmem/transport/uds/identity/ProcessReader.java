package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Peer;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Pidfd;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads facts of a peer's process from /proc, and only while it lives: a descriptor of the process
 * (SO_PEERPIDFD) is had first, and asked again after the reading, so that a pid which meanwhile
 * means another process is noticed.
 *
 * <p>Where the kernel lacks such descriptors (before 6.5) the start time from {@code
 * /proc/PID/stat} takes their place: it must be the same before and after each reading as when the
 * connection first asked. A pid that was given to another process before that is not noticed there.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class ProcessReader {
  static final ProcessReader SYSTEM = new ProcessReader(Path.of("/proc"), true);

  private final Path root;
  private final boolean hasPidfds;

  /**
   * @param root of the files; another one than /proc in tests only
   * @param hasPidfds false to do as an older kernel needs it, in tests only
   */
  ProcessReader(Path root, boolean hasPidfds) {
    this.root = root;
    this.hasPidfds = hasPidfds;
  }

  /** Reads something of a process whose folder this is. */
  interface Reading<T> {
    T read(Path folder) throws IOException, LinuxException, PluginException;
  }

  /** What {@code reading} reads of the peer's process, while that lives. */
  <T> T read(Peer peer, String kind, Reading<T> reading) throws PluginException {
    if (peer.pid() <= 0) {
      throw failure(kind, "the process is in a pid namespace that the agent cannot see");
    }
    try {
      int pidfd = pidfd(peer);
      return pidfd < 0 ? readByStartTime(peer, kind, reading) : read(pidfd, peer, kind, reading);
    } catch (LinuxException | IOException e) {
      throw failure(kind, "cannot be read: " + reason(e));
    }
  }

  /** Fails unless the peer's process lives. */
  void requireAlive(Peer peer, String kind) throws PluginException {
    // Once a request: a list may hold thousands of grants.
    Life life = peer.rememberBriefly(Life.class, Life::new);
    if (!life.seen) {
      read(peer, kind, folder -> folder);
      life.seen = true;
    }
  }

  private static final class Life {
    private volatile boolean seen;
  }

  private <T> T read(int pidfd, Peer peer, String kind, Reading<T> reading)
      throws LinuxException, IOException, PluginException {
    try {
      T fact = reading.read(folder(peer));
      requireAlive(pidfd, kind);
      return fact;
    } catch (IOException | LinuxException e) {
      requireAlive(pidfd, kind); // its end says more than a file that is missing
      throw e;
    } finally {
      Descriptor.close(pidfd);
    }
  }

  private static void requireAlive(int pidfd, String kind) throws LinuxException, PluginException {
    if (!Pidfd.isAlive(pidfd)) {
      throw ended(kind);
    }
  }

  /** A descriptor of the process, or -1 where this kernel has none. */
  private int pidfd(Peer peer) throws LinuxException, PluginException {
    if (!hasPidfds) {
      return -1;
    }
    try {
      return peer.descriptor() < 0
          ? Pidfd.open(peer.pid())
          : UnixSocket.peerPidfd(peer.descriptor());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOPROTOOPT || e.errno() == Errno.ENOSYS) {
        return -1;
      }
      if (e.errno() == Errno.ESRCH || e.errno() == Errno.EINVAL) {
        throw ended("process"); // it ended and its parent has taken note of it
      }
      throw e;
    }
  }

  private <T> T readByStartTime(Peer peer, String kind, Reading<T> reading)
      throws IOException, LinuxException, PluginException {
    Start start = peer.remember(Start.class, Start::new);
    requireStart(peer, kind, start);
    T fact;
    try {
      fact = reading.read(folder(peer));
    } catch (IOException | LinuxException e) {
      requireStart(peer, kind, start);
      throw e;
    }
    requireStart(peer, kind, start);
    return fact;
  }

  private void requireStart(Peer peer, String kind, Start start) throws PluginException {
    String time;
    try {
      time = startTime(folder(peer));
    } catch (IOException e) {
      throw ended(kind);
    }
    if (!start.isStill(time)) {
      throw ended(kind);
    }
  }

  /** Field 22 of /proc/PID/stat (proc_pid_stat(5)), of a process that has not ended. */
  private static String startTime(Path folder) throws IOException {
    String stat = text(folder.resolve("stat"));
    // The second field is the program's name in parentheses, which may hold any character.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    if (fields[0].equals("Z") || fields[0].equals("X")) {
      throw new IOException("ended");
    }
    return fields[19];
  }

  /** When the process began, in clock ticks since the machine did. */
  private static final class Start {
    private String time;

    synchronized boolean isStill(String now) {
      if (time == null) {
        time = now;
      }
      return time.equals(now);
    }
  }

  private Path folder(Peer peer) {
    return root.resolve(Integer.toString(peer.pid()));
  }

  /** A file's content, each byte a character. */
  static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  static PluginException failure(String kind, String message) {
    return new PluginException(PluginException.Reason.FAILED, kind + ": " + message);
  }

  private static PluginException ended(String kind) {
    return failure(kind, "the process that connected has ended");
  }

  private static String reason(Exception failure) {
    return failure instanceof LinuxException ? failure.getMessage() : "no such file, or no right";
  }
}

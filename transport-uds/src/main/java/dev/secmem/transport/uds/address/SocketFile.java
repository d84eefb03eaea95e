package dev.secmem.transport.uds.address;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.Folder;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.PeerCredentials;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The name of a listening socket in its folder, from the claim until it is removed.
 *
 * <p>Agents that start on one path at once take turns by the folder's lock, so only one of them
 * replaces a dead agent's socket. Every step names the file through the open folder, never by its
 * path again.
 *
 * <p>Confined until claimed, then serial.
 */
public final class SocketFile implements AutoCloseable {
  private static final long LOCK_WAIT_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final int PROBE_MILLIS = 2000;
  private static final int S_IFMT = 0xf000;
  private static final int S_IFSOCK = 0xc000;

  private final String path;
  private final Folder folder;
  private final Path file;
  private final Path parent;
  private BoundFile bound;

  private SocketFile(SocketAddress address, Folder folder) {
    this.path = address.path();
    this.folder = folder;
    this.file = Path.of(folder.path()).resolve(Path.of(path).getFileName().toString());
    this.parent = Path.of(path).toAbsolutePath().getParent();
  }

  /** Where a server's file is. */
  public enum Place {
    /** At its path. */
    HELD,
    /** Not at its path, where nothing is, or something else. */
    LOST,
    /** Its folder is not where it was. */
    FOLDER_GONE
  }

  /** Makes the socket file: called with a path where nothing is. */
  @FunctionalInterface
  public interface Binder {
    void bind(String path) throws LinuxException;
  }

  /**
   * Checks the folder, replaces a dead agent's socket and lets {@code binder} make the new one.
   *
   * @return the file, which the caller closes
   */
  public static SocketFile claim(SocketAddress address, boolean othersAdmitted, Binder binder)
      throws PluginException {
    SocketFile claimed = new SocketFile(address, SocketFolder.open(address, othersAdmitted));
    boolean done = false;
    try {
      claimed.bindLocked(binder, address, othersAdmitted);
      done = true;
      return claimed;
    } catch (IOException | LinuxException e) {
      throw failed(address.path(), e);
    } finally {
      if (!done) {
        claimed.folder.close();
      }
    }
  }

  private void bindLocked(Binder binder, SocketAddress address, boolean othersAdmitted)
      throws PluginException, IOException, LinuxException {
    if (!lockFolder()) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          "another program holds the lock of the socket's folder, " + path);
    }
    try {
      clearPath();
      SocketFolder.setPermissions(address, folder, othersAdmitted);
      bind(binder);
    } finally {
      folder.unlock();
    }
  }

  private void bind(Binder binder) throws IOException, LinuxException {
    binder.bind(file.toString());
    BoundFile before = bound;
    boolean held = false;
    try {
      bound = new BoundFile(file);
      held = true;
    } finally {
      if (!held) {
        // One that is not known for our own would look like another agent's at the next look.
        Files.deleteIfExists(file);
      }
    }
    if (before != null) {
      before.close();
    }
  }

  /** Looks where the file is. A failure means that it cannot be known. */
  public Place look() throws IOException, LinuxException {
    if (!folder.isAt(parent.toString())) {
      return Place.FOLDER_GONE;
    }
    return bound.isAt(file) ? Place.HELD : Place.LOST;
  }

  /** Sets the file's times to now, so that who tidies up by age leaves it. */
  public void touch() throws LinuxException {
    bound.touch();
  }

  /** The path for this process to connect to: through the open folder. */
  public String connectPath() {
    return file.toString();
  }

  /**
   * Makes the file again that was lost. What took its place meanwhile is treated as at the start: a
   * dead agent's socket is replaced, everything else is left and refused.
   *
   * @return null, or who answers there
   */
  public PeerCredentials restore(Binder binder)
      throws PluginException, IOException, LinuxException {
    if (!lockFolder()) {
      throw new IOException("another program holds the lock of the socket's folder");
    }
    try {
      Map<String, Object> found = attributes(file);
      if (found != null && isSocket(found)) {
        PeerCredentials other = whoAnswers();
        if (other != null) {
          return other;
        }
      }
      clearPath();
      bind(binder);
      return null;
    } finally {
      folder.unlock();
    }
  }

  /** A sentence about a folder on a disk, or null. The socket itself holds no secret. */
  public String diskWarning() {
    try {
      String type = Files.getFileStore(Path.of(folder.path())).type();
      if (type.equals("tmpfs") || type.equals("ramfs")) {
        return null;
      }
      return "the socket's folder is on a disk file system (" + type + "): " + path;
    } catch (IOException e) {
      return "the socket's file system is not known: " + path;
    }
  }

  /** Removes the file if it still is the one that was bound. Idempotent, never throws. */
  @Override
  public void close() {
    if (bound == null) {
      return;
    }
    try {
      if (lockFolder()) {
        if (bound.isAt(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | LinuxException e) {
      // A socket that is left behind is harmless: the next agent replaces it.
      System.getLogger("dev.secmem.transport.uds")
          .log(System.Logger.Level.WARNING, "cannot remove the socket {0}: {1}", path, e);
    } finally {
      bound.close();
      bound = null;
      // Gives the lock back, too.
      folder.close();
    }
  }

  private boolean lockFolder() throws LinuxException {
    long start = System.nanoTime();
    while (!folder.tryLock()) {
      if (System.nanoTime() - start > LOCK_WAIT_NANOS) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private void clearPath() throws PluginException, IOException {
    Map<String, Object> found = attributes(file);
    if (found == null) {
      return;
    }
    if (!isOwnSocket(found)) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          "something that is no socket of this user's lies at " + path + "; move it away");
    }
    refuseIfAnswered();
    // Moved aside first: what is deleted is then known to be what was looked at, even if somebody
    // who ignores the lock put another file there just now.
    Path aside =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    Files.move(file, aside, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    Map<String, Object> moved = attributes(aside);
    if (moved == null || !found.get("fileKey").equals(moved.get("fileKey"))) {
      Files.createLink(file, aside);
      Files.delete(aside);
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE, "somebody else changed " + path + "; try again");
    }
    Files.delete(aside);
  }

  private void refuseIfAnswered() throws PluginException {
    PeerCredentials agent;
    try {
      agent = whoAnswers();
    } catch (LinuxException e) {
      throw failed(path, e);
    }
    if (agent != null) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          "another agent (pid " + agent.pid() + ") answers at " + path);
    }
  }

  /** Who listens at the path, or null if nobody does. */
  private PeerCredentials whoAnswers() throws LinuxException {
    int fd;
    try {
      fd = UnixSocket.connect(file.toString(), PROBE_MILLIS);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ECONNREFUSED) {
        return null;
      }
      throw e;
    }
    try {
      return UnixSocket.peerCredentials(fd);
    } finally {
      Descriptor.close(fd);
    }
  }

  private static boolean isSocket(Map<String, Object> attributes) {
    return ((Integer) attributes.get("mode") & S_IFMT) == S_IFSOCK;
  }

  private static boolean isOwnSocket(Map<String, Object> attributes) {
    int uid = (Integer) attributes.get("uid");
    return isSocket(attributes) && Integer.toUnsignedLong(uid) == OwnIdentity.uid();
  }

  /** What lstat(2) says, or null if there is nothing. */
  private static Map<String, Object> attributes(Path file) throws IOException {
    try {
      return Files.readAttributes(file, "unix:mode,uid,fileKey", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  static PluginException failed(String path, Exception cause) {
    return new PluginException(
        PluginException.Reason.UNAVAILABLE,
        "cannot listen at " + path + ": " + cause.getMessage(),
        cause);
  }
}

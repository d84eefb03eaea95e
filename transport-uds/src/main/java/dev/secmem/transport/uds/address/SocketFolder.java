package dev.secmem.transport.uds.address;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.Folder;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The folder of a socket, opened after it was found safe: nobody else can put a socket there. */
final class SocketFolder {
  private static final int STICKY = 01000;
  private static final int OTHERS_WRITE = 0022;
  private static final int PERMISSIONS = 07777;

  private SocketFolder() {}

  /**
   * Opens the folder of {@code address}; makes it if it is a default one. One that was there keeps
   * its permissions until {@link #setPermissions}: another agent may serve in it.
   *
   * @return a folder that the caller closes
   */
  static Folder open(SocketAddress address, boolean othersAdmitted) throws PluginException {
    Path folder = Path.of(address.path()).toAbsolutePath().getParent();
    if (!address.ownFolder()) {
      return openGiven(folder);
    }
    // Whoever could write to the folder above could put a folder of his own in place of ours.
    openGiven(folder.getParent()).close();
    return openOwn(folder, permissions(othersAdmitted));
  }

  /**
   * Gives a default folder its permissions, which it may not have yet: made under another umask, or
   * by an agent that admitted others where this one does not.
   */
  static void setPermissions(SocketAddress address, Folder folder, boolean othersAdmitted)
      throws IOException {
    if (address.ownFolder()) {
      Files.setPosixFilePermissions(Path.of(folder.path()), permissions(othersAdmitted));
    }
  }

  private static Set<PosixFilePermission> permissions(boolean othersAdmitted) {
    return PosixFilePermissions.fromString(othersAdmitted ? "rwx--x--x" : "rwx------");
  }

  private static Folder openGiven(Path path) throws PluginException {
    Folder folder = open(path, true);
    try {
      Descriptor.Status status = folder.status();
      if (status.uid() != OwnIdentity.uid() && status.uid() != 0) {
        throw unsafe(path, "belongs to uid " + status.uid() + ", not to the agent's or root");
      }
      if ((status.mode() & OTHERS_WRITE) != 0 && (status.mode() & STICKY) == 0) {
        throw unsafe(path, "can be written to by others; take it from them with 'chmod go-w'");
      }
      return folder;
    } catch (PluginException e) {
      folder.close();
      throw e;
    } catch (LinuxException e) {
      folder.close();
      throw SocketFile.failed(path.toString(), e);
    }
  }

  private static Folder openOwn(Path path, Set<PosixFilePermission> wanted) throws PluginException {
    try {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(wanted));
    } catch (FileAlreadyExistsException e) {
      // From an earlier start, or else the checks below refuse it.
    } catch (IOException e) {
      throw SocketFile.failed(path.toString(), e);
    }
    Folder folder = open(path, false);
    try {
      Descriptor.Status status = folder.status();
      if (status.uid() != OwnIdentity.uid()) {
        throw unsafe(path, "belongs to uid " + status.uid() + ", not to the agent's");
      }
      if ((status.mode() & PERMISSIONS & ~0711) != 0) {
        throw unsafe(path, "is open to others; close it with 'chmod 0700'");
      }
      return folder;
    } catch (PluginException e) {
      folder.close();
      throw e;
    } catch (LinuxException e) {
      folder.close();
      throw SocketFile.failed(path.toString(), e);
    }
  }

  private static Folder open(Path path, boolean followLink) throws PluginException {
    try {
      return Folder.open(path.toString(), followLink);
    } catch (LinuxException e) {
      String why =
          switch (e.errno()) {
            case Errno.ENOENT -> "does not exist";
            case Errno.ENOTDIR -> followLink ? "is not a folder" : "is not a folder, or a link";
            default -> "cannot be opened: " + e.getMessage();
          };
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE, "the socket's folder " + path + " " + why, e);
    }
  }

  private static PluginException unsafe(Path path, String why) {
    return new PluginException(
        PluginException.Reason.UNAVAILABLE, "the socket's folder " + path + " " + why);
  }
}

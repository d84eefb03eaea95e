package dev.secmem.transport.uds.server;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * The listening socket, owned by junixsocket once it listens. It is bound by system calls of our
 * own: junixsocket's bind opens the file to everybody before anybody could change that.
 */
final class ListeningSocket implements AutoCloseable {
  /** As many as net.core.somaxconn allows. */
  private static final int BACKLOG = 4096;

  private final int mode;
  private AFUNIXServerSocket socket;
  private int descriptor = -1;

  /**
   * @param mode the permission bits that its file is to have
   */
  ListeningSocket(int mode) {
    this.mode = mode;
  }

  /** Makes the socket's file, with its permissions from the first moment, and listens. */
  void bind(String path) throws LinuxException, PluginException {
    descriptor = UnixSocket.listen(path, mode, BACKLOG);
    try {
      socket = FileDescriptorCast.unsafeUsing(descriptor).as(AFUNIXServerSocket.class);
      // Whether and when the file goes is SocketFile's to decide.
      socket.setDeleteOnClose(false);
    } catch (IOException | LinkageError e) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE, "junixsocket does not work: " + e.getMessage(), e);
    }
  }

  /** Its number, for system calls; valid until close. */
  int descriptor() {
    return descriptor;
  }

  @Override
  public void close() {
    if (socket == null) {
      if (descriptor >= 0) {
        Descriptor.close(descriptor);
        descriptor = -1;
      }
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      // The kernel closes it whatever it answers, and the file was never this object's.
      Log.warning("closing the listening socket failed: " + e.getMessage());
    }
  }
}

package dev.secmem.transport.uds.server;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Umask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;

/** The listening socket, held by junixsocket. */
final class ListeningSocket implements AutoCloseable {
  /** As many as net.core.somaxconn allows. */
  private static final int BACKLOG = 4096;

  private final int mode;
  private AFUNIXServerSocket socket;
  private int descriptor;

  /**
   * @param mode the permission bits that its file is to have
   */
  ListeningSocket(int mode) {
    this.mode = mode;
  }

  /** Makes the socket's file, with its permissions from the first moment, and listens. */
  void bind(String path) throws IOException, PluginException {
    try {
      socket = AFUNIXServerSocket.newInstance();
      // Whether and when the file goes is SocketFile's to decide.
      socket.setDeleteOnClose(false);
      socket.setReuseAddress(false);
      var address = AFUNIXSocketAddress.of(path.getBytes(StandardCharsets.UTF_8));
      Umask.during(
          0777 & ~mode,
          () -> {
            socket.bind(address, BACKLOG);
            return null;
          });
      descriptor = FileDescriptorCast.using(socket.getFileDescriptor()).as(Integer.class);
    } catch (LinkageError e) {
      throw new PluginException(
          PluginException.Reason.UNAVAILABLE,
          "junixsocket's native library cannot be loaded: " + e.getMessage(),
          e);
    }
  }

  /** Its number, for system calls; valid until close. */
  int descriptor() {
    return descriptor;
  }

  @Override
  public void close() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // The kernel closes it whatever it answers, and the file was never this object's.
      Log.warning("closing the listening socket failed: " + e.getMessage());
    }
  }
}

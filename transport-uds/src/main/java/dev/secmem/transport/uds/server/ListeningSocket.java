package dev.secmem.transport.uds.server;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;

/** A listening socket that this server made. */
final class ListeningSocket implements Listener {
  /** As many as net.core.somaxconn allows. */
  private static final int BACKLOG = 4096;

  private static final long IDLE_THREAD_MILLIS = 30_000;
  private static final int NONE = -1;

  private final int mode;
  private int descriptor = NONE;
  private volatile int exchanges;

  /**
   * @param mode the permission bits that its file is to have
   */
  ListeningSocket(int mode) {
    this.mode = mode;
  }

  /** Makes the socket's file, with its permissions from the first moment, and listens. */
  void bind(String path) throws LinuxException {
    descriptor = UnixSocket.listen(path, mode, BACKLOG);
    UnixSocket.setReceiveTimeout(descriptor, IDLE_THREAD_MILLIS);
  }

  /**
   * Makes a new file, and listens there instead. The threads that wait move over; the number stays,
   * so that it means a listening socket at every moment.
   */
  void bindAgain(String path) throws LinuxException {
    int fresh = UnixSocket.listen(path, mode, BACKLOG);
    try {
      UnixSocket.setReceiveTimeout(fresh, IDLE_THREAD_MILLIS);
      int before = Descriptor.duplicate(descriptor);
      Descriptor.duplicateOnto(fresh, descriptor);
      // Counted before the old socket is shut: who is woken by that sees that it was exchanged.
      exchanges++;
      UnixSocket.shutdown(before);
      Descriptor.close(before);
    } finally {
      Descriptor.close(fresh);
    }
  }

  @Override
  public int accept() throws LinuxException {
    while (true) {
      int seen = exchanges;
      try {
        return UnixSocket.accept(descriptor);
      } catch (LinuxException e) {
        if (e.errno() == Errno.EAGAIN) {
          return NOBODY;
        }
        if (e.errno() != Errno.EINVAL || seen == exchanges) {
          throw e;
        }
      }
    }
  }

  @Override
  public boolean awaitClient(int timeoutMillis) throws LinuxException {
    return UnixSocket.awaitClient(descriptor, timeoutMillis);
  }

  @Override
  public void stop() {
    UnixSocket.shutdown(descriptor);
  }

  /** The file stays. */
  @Override
  public void close() {
    if (descriptor != NONE) {
      Descriptor.close(descriptor);
      descriptor = NONE;
    }
  }
}

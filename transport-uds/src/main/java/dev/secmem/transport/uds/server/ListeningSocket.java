package dev.secmem.transport.uds.server;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;

/** The listening socket. */
final class ListeningSocket implements AutoCloseable {
  /** As many as net.core.somaxconn allows. */
  private static final int BACKLOG = 4096;

  private static final int NONE = -1;

  private final int mode;
  private int descriptor = NONE;

  /**
   * @param mode the permission bits that its file is to have
   */
  ListeningSocket(int mode) {
    this.mode = mode;
  }

  /** Makes the socket's file, with its permissions from the first moment, and listens. */
  void bind(String path) throws LinuxException {
    descriptor = UnixSocket.listen(path, mode, BACKLOG);
  }

  /** Its number; valid until close. */
  int descriptor() {
    return descriptor;
  }

  /** Closes it. Idempotent; the file stays. */
  @Override
  public void close() {
    if (descriptor != NONE) {
      Descriptor.close(descriptor);
      descriptor = NONE;
    }
  }
}

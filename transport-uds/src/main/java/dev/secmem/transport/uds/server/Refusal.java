package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import dev.secmem.linux.MessageChannel;

/**
 * Tells clients {@code busy} when no thread or no descriptor can be had to serve them.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Everything
 * it needs is allocated in advance, one descriptor included.
 */
final class Refusal implements AutoCloseable {
  private static final int NONE = -1;
  private static final int WAIT_MILLIS = 1000;

  private final MessageChannel channel = new MessageChannel(NONE);
  private final ReplyLine line = new ReplyLine();
  private int spare = NONE;
  private boolean closed;

  Refusal() {
    reserve();
  }

  /** Refuses a client and closes its socket. */
  void refuse(int socket, String message) {
    synchronized (channel) {
      try {
        channel.use(socket);
        channel.send(line.error(ErrorCode.BUSY, message, ReplyLine.limitFor(null)), NONE);
      } catch (LinuxException e) {
        // It left before it was told: nobody is there to be refused.
      } finally {
        Descriptor.close(socket);
      }
    }
  }

  /**
   * Waits for a client, accepts it with the descriptor that is kept for this, and refuses it; but
   * not if there are descriptors again by then.
   *
   * @return the socket of a client who can be served, which the caller closes; {@link
   *     Listener#NOBODY} if none came within a second, or it was refused
   */
  int acceptNext(Listener listener) throws LinuxException {
    // Every thread may wait here, so that all return to accept once there are descriptors again.
    return listener.awaitClient(WAIT_MILLIS) ? acceptWaiting(listener) : Listener.NOBODY;
  }

  private synchronized int acceptWaiting(Listener listener) throws LinuxException {
    if (closed || !listener.awaitClient(0)) {
      return Listener.NOBODY; // another thread was faster
    }
    release();
    int socket = Listener.NOBODY;
    try {
      socket = listener.accept();
    } finally {
      reserve();
    }
    if (socket == Listener.NOBODY || spare != NONE) {
      return socket;
    }
    refuse(socket, "the agent cannot open more descriptors now");
    Log.seldom("a client was refused: no more descriptors can be opened");
    reserve();
    return Listener.NOBODY;
  }

  @Override
  public synchronized void close() {
    closed = true;
    release();
  }

  private void release() {
    if (spare != NONE) {
      Descriptor.close(spare);
      spare = NONE;
    }
  }

  private void reserve() {
    try {
      if (!closed && spare == NONE) {
        spare = Memfd.create();
      }
    } catch (LinuxException e) {
      // Another thread was faster; the next refusal tries again.
      spare = NONE;
    }
  }
}

package dev.secmem.transport.uds.server;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A listening socket that this process was given, and that its giver goes on to use.
 *
 * <p>It is never shut down: that would end it for the giver, too. So threads take turns to wait, on
 * it and on a pair of sockets whose other end wakes them; clients that come after {@link #stop}
 * stay in the queue for whoever listens next.
 */
final class InheritedSocket implements Listener {
  private static final int IDLE_THREAD_MILLIS = 30_000;

  /** Should another process take the client for which a thread woke. */
  private static final long STOLEN_MILLIS = 1000;

  private final int descriptor;
  private final String path;
  private final int[] wake;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean stopped;
  private boolean closed;

  private InheritedSocket(int descriptor, String path) throws LinuxException {
    this.descriptor = descriptor;
    this.path = path;
    this.wake = UnixSocket.pair();
  }

  /**
   * Takes the descriptor, also on failure.
   *
   * @param named the path at which it must listen, or null for any
   */
  static InheritedSocket of(int descriptor, String named) throws PluginException {
    boolean done = false;
    try {
      Descriptor.setCloseOnExec(descriptor, true);
      String path = checkedPath(descriptor, named);
      UnixSocket.setReceiveTimeout(descriptor, STOLEN_MILLIS);
      InheritedSocket socket = new InheritedSocket(descriptor, path);
      done = true;
      return socket;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EBADF) {
        done = true; // nothing to close
        throw refused(descriptor, "is not open", e);
      }
      throw refused(descriptor, "cannot be used: " + e.getMessage(), e);
    } finally {
      if (!done) {
        Descriptor.close(descriptor);
      }
    }
  }

  private static String checkedPath(int descriptor, String named)
      throws PluginException, LinuxException {
    if (!Descriptor.status(descriptor).isSocket()) {
      throw refused(descriptor, "is not a socket", null);
    }
    if (!UnixSocket.isListening(descriptor)) {
      throw refused(descriptor, "is not a listening Unix stream socket (ListenStream=/path)", null);
    }
    String path = UnixSocket.boundPath(descriptor);
    if (path == null || !path.startsWith("/")) {
      // An abstract name is guarded by no folder's permissions, and clients name files only.
      throw refused(descriptor, "listens at no absolute path", null);
    }
    if (named != null && !isSame(path, named)) {
      throw refused(descriptor, "listens at " + path + ", not at " + named, null);
    }
    return path;
  }

  private static boolean isSame(String path, String named) {
    try {
      return path.equals(named) || Files.isSameFile(Path.of(path), Path.of(named));
    } catch (IOException e) {
      return false;
    }
  }

  private static PluginException refused(int descriptor, String why, Exception cause) {
    return new PluginException(
        PluginException.Reason.UNAVAILABLE,
        "the inherited descriptor " + descriptor + " " + why,
        cause);
  }

  /** Where clients connect. */
  String path() {
    return path;
  }

  @Override
  public int accept() throws LinuxException {
    try {
      if (!turn.tryLock(IDLE_THREAD_MILLIS, TimeUnit.MILLISECONDS)) {
        return NOBODY;
      }
    } catch (InterruptedException e) {
      // Nobody who knows this thread interrupts it.
      return NOBODY;
    }
    try {
      return awaitClient(IDLE_THREAD_MILLIS) ? UnixSocket.accept(descriptor) : NOBODY;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EAGAIN) {
        return NOBODY;
      }
      throw e;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public boolean awaitClient(int timeoutMillis) throws LinuxException {
    return !stopped && UnixSocket.awaitClient(descriptor, wake[0], timeoutMillis);
  }

  @Override
  public void stop() {
    stopped = true;
    UnixSocket.shutdown(wake[1]);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(descriptor);
      Descriptor.close(wake[0]);
      Descriptor.close(wake[1]);
    }
  }
}

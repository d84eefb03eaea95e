package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Calls on Unix stream sockets (unix(7)); descriptors belong to the caller. */
public final class UnixSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_PEERCRED = 17;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_DOMAIN = 39;
  private static final int SO_PEERGROUPS = 59;
  private static final int SO_PEERPIDFD = 77;
  private static final int SHUT_RDWR = 2;
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;
  private static final int SIOCOUTQ = 0x5411;

  /** The longest path that fits a socket address, in bytes. */
  public static final int MAX_PATH_BYTES = 107;

  private UnixSocket() {}

  /**
   * Connects to the socket at a path.
   *
   * @return a descriptor that the caller closes
   * @throws IllegalArgumentException if the path is longer than {@link #MAX_PATH_BYTES}, or holds
   *     NUL
   */
  public static int connect(String path) throws LinuxException {
    return connect(path, 0);
  }

  /**
   * Connects to the socket at a path, and sets the socket's timeouts.
   *
   * @param timeoutMillis how long to wait for a place in the server's queue, and later for each
   *     receive and send; then they fail with EAGAIN. 0: forever
   * @return a descriptor that the caller closes
   * @throws IllegalArgumentException if the path is longer than {@link #MAX_PATH_BYTES}, or holds
   *     NUL
   */
  public static int connect(String path, long timeoutMillis) throws LinuxException {
    byte[] bytes = pathBytes(path);
    int fd = Libc.SOCKET.check(Libc.SOCKET.call(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    try {
      if (timeoutMillis != 0) {
        setTimeouts(fd, timeoutMillis, timeoutMillis);
      }
      ByteBuffer address = address(bytes);
      Libc.CONNECT.check(
          Libc.CONNECT.call(fd, NativeLibrary.addressOf(address), 2 + bytes.length + 1));
      return fd;
    } catch (LinuxException e) {
      Descriptor.close(fd);
      throw e;
    }
  }

  /**
   * Makes a socket at a path where nothing is, and listens there. The file has its permissions from
   * the first moment; nobody can connect before this returns.
   *
   * @param mode the file's permission bits
   * @param backlog how many clients may wait to be accepted; net.core.somaxconn limits it
   * @return a descriptor that the caller closes; the file stays
   * @throws IllegalArgumentException if the path is longer than {@link #MAX_PATH_BYTES}, or holds
   *     NUL
   * @throws LinuxException EADDRINUSE if something is there
   */
  public static int listen(String path, int mode, int backlog) throws LinuxException {
    byte[] bytes = pathBytes(path);
    int fd = Libc.SOCKET.check(Libc.SOCKET.call(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    try {
      Umask.during(
          0777 & ~mode,
          () -> {
            ByteBuffer address = address(bytes);
            return Libc.BIND.check(
                Libc.BIND.call(fd, NativeLibrary.addressOf(address), 2 + bytes.length + 1));
          });
      Libc.LISTEN.check(Libc.LISTEN.call(fd, backlog));
      return fd;
    } catch (LinuxException e) {
      Descriptor.close(fd);
      throw e;
    }
  }

  private static byte[] pathBytes(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          "socket path is longer than " + MAX_PATH_BYTES + " bytes: " + path);
    }
    if (path.indexOf('\0') >= 0) {
      // At the front it would mean an abstract name, which no folder's permissions guard.
      throw new IllegalArgumentException("a socket path cannot hold NUL");
    }
    return bytes;
  }

  /** A sockaddr_un in this thread's call frame. */
  private static ByteBuffer address(byte[] path) {
    ByteBuffer address = CallFrame.buffer(MAX_PATH_BYTES + 3);
    return address.putShort(0, (short) AF_UNIX).position(2).put(path).position(0);
  }

  /**
   * Waits for a client of a listening socket, as long as its receive timeout allows.
   *
   * @return a descriptor that the caller closes
   * @throws LinuxException EAGAIN when the receive timeout passed, EINVAL after {@link #shutdown},
   *     EMFILE at once when this process may not open any more, waiting client or not
   */
  public static int accept(int listening) throws LinuxException {
    return Libc.ACCEPT4.check(Libc.ACCEPT4.call(listening, 0, 0, SOCK_CLOEXEC));
  }

  /** Whether a socket is one that {@link #listen} could have made: of this family and type. */
  public static boolean isListening(int fd) throws LinuxException {
    return getOption(fd, SO_DOMAIN, 4).getInt(4) == AF_UNIX
        && getOption(fd, SO_TYPE, 4).getInt(4) == SOCK_STREAM
        && getOption(fd, SO_ACCEPTCONN, 4).getInt(4) != 0;
  }

  /**
   * The path that a Unix socket was bound to (getsockname(2)), or null if it has none: unbound, or
   * an abstract name. Whether the file is still there is not said.
   */
  public static String boundPath(int fd) throws LinuxException {
    int room = MAX_PATH_BYTES + 1;
    ByteBuffer frame = CallFrame.buffer(8 + 2 + room);
    frame.putInt(0, 2 + room);
    long at = NativeLibrary.addressOf(frame);
    Libc.GETSOCKNAME.check(Libc.GETSOCKNAME.call(fd, at + 8, at));
    int length = 0;
    while (length < Math.min(frame.getInt(0) - 2, room) && frame.get(10 + length) != 0) {
      length++;
    }
    byte[] path = new byte[length];
    frame.get(10, path);
    return length == 0 ? null : new String(path, StandardCharsets.UTF_8);
  }

  /**
   * Waits until a client waits to be accepted, another descriptor can be read from (at its end,
   * too), or a time has passed; true only for the first without the second.
   */
  public static boolean awaitClient(int listening, int other, int timeoutMillis)
      throws LinuxException {
    ByteBuffer poll = CallFrame.buffer(16);
    poll.putInt(0, listening).putShort(4, (short) POLLIN);
    poll.putInt(8, other).putShort(12, (short) POLLIN);
    return awaitEvents(poll, 2, timeoutMillis) > 0 && poll.getShort(14) == 0;
  }

  /** Waits until a client waits to be accepted, or a time has passed; true for the former. */
  public static boolean awaitClient(int listening, int timeoutMillis) throws LinuxException {
    return poll(listening, POLLIN, timeoutMillis);
  }

  /**
   * Waits until at most a quarter of the send buffer's room holds what the peer has not read, or a
   * time has passed; true for the former, and when the peer is gone.
   */
  public static boolean awaitRoom(int fd, int timeoutMillis) throws LinuxException {
    return poll(fd, POLLOUT, timeoutMillis);
  }

  /**
   * Whether something was sent that the peer has not read yet (SIOCOUTQ); false when it is gone.
   */
  public static boolean hasUnread(int fd) throws LinuxException {
    ByteBuffer count = CallFrame.buffer(4);
    Libc.IOCTL.check(Libc.IOCTL.call(fd, SIOCOUTQ, NativeLibrary.addressOf(count)));
    return count.getInt(0) != 0;
  }

  private static boolean poll(int fd, int events, int timeoutMillis) throws LinuxException {
    ByteBuffer poll = CallFrame.buffer(8);
    poll.putInt(0, fd).putShort(4, (short) events);
    return awaitEvents(poll, 1, timeoutMillis) > 0;
  }

  private static int awaitEvents(ByteBuffer poll, int count, int timeoutMillis)
      throws LinuxException {
    long start = System.nanoTime();
    int left = timeoutMillis;
    while (true) {
      int ready = (int) Libc.POLL.call(NativeLibrary.addressOf(poll), count, left);
      if (ready != -1 || NativeFunction.errno() != Errno.EINTR) {
        return Libc.POLL.check(ready);
      }
      // A signal: waits for what is left of the time.
      long passed = (System.nanoTime() - start) / 1_000_000;
      left = (int) Math.max(0, timeoutMillis - passed);
    }
  }

  /** Two sockets connected to each other; the caller closes both. */
  public static int[] pair() throws LinuxException {
    ByteBuffer pair = CallFrame.buffer(8);
    Libc.SOCKETPAIR.check(
        Libc.SOCKETPAIR.call(
            AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, NativeLibrary.addressOf(pair)));
    return new int[] {pair.getInt(0), pair.getInt(4)};
  }

  /** Who connected, as of that moment (SO_PEERCRED). */
  public static PeerCredentials peerCredentials(int fd) throws LinuxException {
    ByteBuffer option = getOption(fd, SO_PEERCRED, 12);
    return new PeerCredentials(
        option.getInt(4),
        Integer.toUnsignedLong(option.getInt(8)),
        Integer.toUnsignedLong(option.getInt(12)));
  }

  /**
   * The supplementary groups of who connected, as of that moment (SO_PEERGROUPS, Linux 4.13).
   *
   * @return gids in no particular order
   */
  public static long[] peerGroups(int fd) throws LinuxException {
    // NGROUPS_MAX is 65536: ask with a small buffer first, and with what the kernel says is needed
    // then.
    int lengthBytes = 256;
    while (true) {
      ByteBuffer option = ByteBuffer.allocateDirect(4 + lengthBytes).order(ByteOrder.nativeOrder());
      option.putInt(0, lengthBytes);
      if (callGetOption(fd, SO_PEERGROUPS, option) == 0) {
        long[] groups = new long[option.getInt(0) / 4];
        for (int i = 0; i < groups.length; i++) {
          groups[i] = Integer.toUnsignedLong(option.getInt(4 + 4 * i));
        }
        return groups;
      }
      if (NativeFunction.errno() != Errno.ERANGE || option.getInt(0) <= lengthBytes) {
        throw Libc.GETSOCKOPT.failure();
      }
      lengthBytes = option.getInt(0);
    }
  }

  /**
   * A descriptor of the process that connected (SO_PEERPIDFD, Linux 6.5), which never comes to mean
   * another one.
   *
   * @return a descriptor that the caller closes
   */
  public static int peerPidfd(int fd) throws LinuxException {
    return getOption(fd, SO_PEERPIDFD, 4).getInt(4);
  }

  /** How long a receive, and a send, may wait; then they fail with EAGAIN. 0: forever. */
  public static void setTimeouts(int fd, long receiveMillis, long sendMillis)
      throws LinuxException {
    setReceiveTimeout(fd, receiveMillis);
    setTimeout(fd, SO_SNDTIMEO, sendMillis);
  }

  /** How long a receive may wait; then it fails with EAGAIN. 0: forever. */
  public static void setReceiveTimeout(int fd, long millis) throws LinuxException {
    setTimeout(fd, SO_RCVTIMEO, millis);
  }

  /** How many bytes may wait to be received, kernel overhead included (SO_SNDBUF, socket(7)). */
  public static void setSendBuffer(int fd, int sizeBytes) throws LinuxException {
    ByteBuffer option = CallFrame.buffer(4);
    option.putInt(0, sizeBytes);
    setOption(fd, SO_SNDBUF, option, 4);
  }

  /** Ends both directions: whoever waits on the socket wakes up. The descriptor stays open. */
  public static void shutdown(int fd) {
    // ENOTCONN means that the peer was first; either way nobody waits any more.
    Libc.SHUTDOWN.call(fd, SHUT_RDWR);
  }

  private static void setTimeout(int fd, int option, long millis) throws LinuxException {
    ByteBuffer timeval = CallFrame.buffer(16);
    timeval.putLong(0, millis / 1000).putLong(8, millis % 1000 * 1000);
    setOption(fd, option, timeval, 16);
  }

  private static void setOption(int fd, int option, ByteBuffer value, int lengthBytes)
      throws LinuxException {
    Libc.SETSOCKOPT.check(
        Libc.SETSOCKOPT.call(fd, SOL_SOCKET, option, NativeLibrary.addressOf(value), lengthBytes));
  }

  /** The option's length at 0, its value from 4 on. */
  private static ByteBuffer getOption(int fd, int option, int lengthBytes) throws LinuxException {
    ByteBuffer buffer = CallFrame.buffer(4 + lengthBytes);
    buffer.putInt(0, lengthBytes);
    Libc.GETSOCKOPT.check(callGetOption(fd, option, buffer));
    return buffer;
  }

  private static long callGetOption(int fd, int option, ByteBuffer buffer) {
    long at = NativeLibrary.addressOf(buffer);
    return Libc.GETSOCKOPT.call(fd, SOL_SOCKET, option, at + 4, at);
  }
}

package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends single messages to Unix datagram sockets (unix(7)), as a service does to its manager. */
public final class UnixDatagram {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;

  private UnixDatagram() {}

  /**
   * Sends a message whole.
   *
   * @param address a path, or {@code @} and an abstract name
   * @param timeoutMillis how long to wait while the receiver's queue is full; then it fails with
   *     EAGAIN
   * @throws IllegalArgumentException if the address is empty, holds NUL or is longer than {@link
   *     UnixSocket#MAX_PATH_BYTES}
   * @throws LinuxException ENOENT or ECONNREFUSED if nobody receives there, EMSGSIZE (90) if the
   *     message is too long
   */
  public static void send(String address, byte[] message, long timeoutMillis)
      throws LinuxException {
    ByteBuffer name = address(address);
    ByteBuffer content = ByteBuffer.allocateDirect(message.length).put(message).flip();
    int fd = Libc.SOCKET.check(Libc.SOCKET.call(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    try {
      UnixSocket.setTimeouts(fd, timeoutMillis, timeoutMillis);
      long sent;
      do {
        sent =
            Libc.SENDTO.call(
                fd,
                NativeLibrary.addressOf(content),
                message.length,
                MSG_NOSIGNAL,
                NativeLibrary.addressOf(name),
                name.limit());
      } while (sent == -1 && NativeFunction.errno() == Errno.EINTR);
      Libc.SENDTO.checkLong(sent);
    } finally {
      Descriptor.close(fd);
    }
  }

  private static ByteBuffer address(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean named = bytes.length > 0 && (bytes[0] != '@' || bytes.length > 1);
    if (!named || bytes.length > UnixSocket.MAX_PATH_BYTES || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not the address of a Unix socket: " + text);
    }
    boolean isAbstract = bytes[0] == '@';
    if (isAbstract) {
      bytes[0] = 0;
    }
    // An abstract name ends where its length says, a path with a NUL.
    int sizeBytes = 2 + bytes.length + (isAbstract ? 0 : 1);
    ByteBuffer address =
        ByteBuffer.allocateDirect(sizeBytes).order(java.nio.ByteOrder.nativeOrder());
    return address.putShort(0, (short) AF_UNIX).position(2).put(bytes).position(0);
  }
}

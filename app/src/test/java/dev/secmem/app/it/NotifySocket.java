package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeFunction;
import dev.secmem.linux.NativeLibrary;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A service manager's end of sd_notify(3): a real datagram socket. Serial. */
final class NotifySocket implements AutoCloseable {
  private static final NativeLibrary LIBC = NativeLibrary.open("libc.so.6").orElseThrow();
  private static final NativeFunction SOCKET = LIBC.function("socket", 3);
  private static final NativeFunction BIND = LIBC.function("bind", 3);

  private final String address;
  private final int fd;
  private final List<String> seen = new ArrayList<>();

  /**
   * @param address a path, or {@code @} and an abstract name
   */
  NotifySocket(String address) {
    this.address = address;
    fd = (int) SOCKET.call(1, 2 | 0x80000, 0);
    byte[] name = address.getBytes(StandardCharsets.UTF_8);
    boolean isAbstract = name[0] == '@';
    ByteBuffer bytes = ByteBuffer.allocateDirect(name.length + 3).order(ByteOrder.nativeOrder());
    bytes.putShort(0, (short) 1).position(2).put(name).position(0);
    if (isAbstract) {
      bytes.put(2, (byte) 0);
    }
    int length = 2 + name.length + (isAbstract ? 0 : 1);
    if ((int) BIND.call(fd, NativeLibrary.addressOf(bytes), length) != 0) {
      throw new AssertionError("cannot bind " + address);
    }
  }

  /** What NOTIFY_SOCKET is to say. */
  String address() {
    return address;
  }

  /** The next message, or null if none comes in that time. */
  String next(long millis) {
    try {
      UnixSocket.setReceiveTimeout(fd, millis);
      ByteBuffer message = ByteBuffer.allocateDirect(8192);
      Descriptor.read(fd, message);
      String text = StandardCharsets.UTF_8.decode(message.flip()).toString();
      seen.add(text);
      return text;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EAGAIN) {
        return null;
      }
      throw new AssertionError(e);
    }
  }

  /** Waits for a message that holds a line. */
  String await(String line) {
    while (true) {
      String message = next(AgentProcess.PATIENCE_SECONDS * 1000);
      if (message == null) {
        throw new AssertionError("waited in vain for " + line + "; got " + seen);
      }
      if (List.of(message.split("\n")).contains(line)) {
        return message;
      }
    }
  }

  /** Every message so far. */
  List<String> seen() {
    return seen;
  }

  @Override
  public void close() {
    Descriptor.close(fd);
  }
}

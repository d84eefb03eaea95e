package dev.secmem.transport.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that can do everything wrong: bytes and descriptors straight to the socket. */
final class RawClient implements AutoCloseable {
  /** Long enough for a loaded machine; a test that waits for it has failed. */
  private static final long PATIENCE_MILLIS = 20_000;

  final int socket;
  private final MessageChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(8192);
  private final List<Integer> received = new ArrayList<>();

  RawClient(String path) throws LinuxException {
    socket = UnixSocket.connect(path, PATIENCE_MILLIS);
    channel = new MessageChannel(socket);
    in.limit(0);
  }

  /** Sends in one sendmsg, with these descriptors, which stay the caller's. */
  RawClient send(String text, int... descriptors) throws LinuxException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1), descriptors);
  }

  RawClient send(byte[] bytes, int... descriptors) throws LinuxException {
    ByteBuffer out = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    if (descriptors.length > 1) {
      channel.send(out, descriptors);
      assertEquals(0, out.remaining());
    } else {
      channel.send(out, descriptors.length == 0 ? -1 : descriptors[0]);
    }
    return this;
  }

  /** Sends descriptors and closes the sender's copies. */
  RawClient give(String text, int... descriptors) throws LinuxException {
    try {
      return send(text, descriptors);
    } finally {
      for (int fd : descriptors) {
        Descriptor.close(fd);
      }
    }
  }

  /** The next line without its LF, or null at the end. */
  String line() throws LinuxException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (!in.hasRemaining() && !receive()) {
        assertTrue(line.length() == 0, "the connection ended within a line: " + line);
        return null;
      }
      char c = (char) in.get();
      if (c == '\n') {
        return line.toString();
      }
      line.append(c);
    }
  }

  /** Sends a line and returns its reply. */
  String ask(String request, int... descriptors) throws LinuxException {
    return send(request + "\n", descriptors).line();
  }

  void assertEnds() throws LinuxException {
    assertEquals(null, line());
  }

  void assertAlive() throws LinuxException {
    assertTrue(ask("HELLO").startsWith("OK protocol=1"));
  }

  /** Descriptors that came so far, now the caller's. */
  List<Integer> takeDescriptors() {
    List<Integer> taken = new ArrayList<>(received);
    received.clear();
    return taken;
  }

  private boolean receive() throws LinuxException {
    int count;
    try {
      count = channel.receive(in.clear());
    } catch (LinuxException e) {
      if (e.errno() == dev.secmem.linux.Errno.ECONNRESET) {
        in.limit(0);
        return false;
      }
      throw e;
    }
    in.flip();
    for (int i = 0; i < channel.descriptorCount(); i++) {
      received.add(channel.descriptor(i));
    }
    return count > 0;
  }

  @Override
  public void close() {
    takeDescriptors().forEach(Descriptor::close);
    Descriptor.close(socket);
  }
}

package dev.secmem.transport.uds;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A server that answers one connection's first request with whatever a test says. */
final class FakeServer implements AutoCloseable {
  private final int listening;
  private final CompletableFuture<Void> served;
  private volatile String request;
  private volatile byte[] body;

  /**
   * @param reply sent as it is, with the descriptors in the same message; empty: the connection
   *     ends without an answer
   */
  FakeServer(String path, String reply, int... descriptors) throws LinuxException {
    listening = UnixSocket.listen(path, 0600, 1);
    served = CompletableFuture.runAsync(() -> serve(reply, descriptors));
  }

  /** What came, with its LF; only after a reply. */
  String request() {
    return request;
  }

  /** What the request's descriptor held, or null if it had none; only after a reply. */
  byte[] body() {
    return body;
  }

  private void serve(String reply, int... descriptors) {
    try {
      int socket = UnixSocket.accept(listening);
      try {
        MessageChannel channel = new MessageChannel(socket);
        ByteBuffer in = ByteBuffer.allocateDirect(4096);
        channel.receive(in);
        request = StandardCharsets.ISO_8859_1.decode(in.flip()).toString();
        for (int i = 0; i < channel.descriptorCount(); i++) {
          body = content(channel.descriptor(i));
          Descriptor.close(channel.descriptor(i));
        }
        byte[] bytes = reply.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > 0) {
          ByteBuffer out = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
          if (descriptors.length == 0) {
            channel.send(out, -1);
          } else {
            channel.send(out, descriptors);
          }
          // The client ends it.
          channel.receive(ByteBuffer.allocateDirect(1));
        }
      } finally {
        Descriptor.close(socket);
      }
    } catch (LinuxException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] content(int fd) throws LinuxException {
    ByteBuffer all = ByteBuffer.allocateDirect((int) Descriptor.status(fd).sizeBytes());
    while (all.hasRemaining() && Descriptor.pread(fd, all, all.position()) > 0) {}
    byte[] bytes = new byte[all.flip().remaining()];
    all.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    served.join();
    Descriptor.close(listening);
  }
}

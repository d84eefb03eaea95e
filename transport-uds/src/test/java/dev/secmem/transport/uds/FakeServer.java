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

  /**
   * @param reply sent as it is, with the descriptors in the same message; empty: the connection
   *     ends without an answer
   */
  FakeServer(String path, String reply, int... descriptors) throws LinuxException {
    listening = UnixSocket.listen(path, 0600, 1);
    served = CompletableFuture.runAsync(() -> serve(reply, descriptors));
  }

  private void serve(String reply, int... descriptors) {
    try {
      int socket = UnixSocket.accept(listening);
      try {
        MessageChannel channel = new MessageChannel(socket);
        channel.receive(ByteBuffer.allocateDirect(4096));
        for (int i = 0; i < channel.descriptorCount(); i++) {
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

  @Override
  public void close() {
    served.join();
    Descriptor.close(listening);
  }
}

package dev.secmem.transport.uds.server;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.PeerCredentials;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A HELLO to an own server, as a client would send it. Confined. */
final class RoundTrip implements AutoCloseable {
  private static final byte[] HELLO = "HELLO\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_REPLY_BYTES = 4096;

  private final long deadline;
  private final int socket;

  private RoundTrip(int socket, long deadline) {
    this.socket = socket;
    this.deadline = deadline;
  }

  /** Connects. */
  static RoundTrip to(String path, long timeoutMillis) throws LinuxException {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    return new RoundTrip(UnixSocket.connect(path, timeoutMillis), deadline);
  }

  /** Who listens there. */
  PeerCredentials server() throws LinuxException {
    return UnixSocket.peerCredentials(socket);
  }

  /**
   * Asks, and waits for the reply.
   *
   * @return its line, or what came until the connection ended or the time was over
   */
  String hello() throws LinuxException {
    MessageChannel channel = new MessageChannel(socket);
    ByteBuffer reply = ByteBuffer.allocateDirect(MAX_REPLY_BYTES);
    channel.send(ByteBuffer.allocateDirect(HELLO.length).put(HELLO).flip(), -1);
    String line = "";
    while (!line.endsWith("\n") && reply.hasRemaining()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      UnixSocket.setReceiveTimeout(socket, left);
      if (channel.receive(reply) == 0) {
        break;
      }
      for (int i = 0; i < channel.descriptorCount(); i++) {
        Descriptor.close(channel.descriptor(i));
      }
      line = StandardCharsets.US_ASCII.decode(reply.duplicate().flip()).toString();
    }
    return line;
  }

  @Override
  public void close() {
    Descriptor.close(socket);
  }
}

package dev.secmem.transport.uds.client;

import dev.secmem.api.Syntax;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * One connection on which a request goes out and its reply comes in. Serial.
 *
 * <p>Any failure here leaves the two sides out of step: the owner closes it then.
 */
final class Exchange {
  private static final int NONE = -1;

  private final int socket;
  private final long timeoutMillis;
  private final MessageChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Syntax.MAX_LINE_BYTES);
  private int received = NONE;
  private boolean timeoutChanged;

  /**
   * @param socket connected, with {@code timeoutMillis} set on it; owned by this
   */
  Exchange(int socket, long timeoutMillis) {
    this.socket = socket;
    this.timeoutMillis = timeoutMillis;
    this.channel = new MessageChannel(socket);
  }

  /**
   * Sends a line and waits for the reply's line.
   *
   * @param line printable ASCII without LF, checked by the caller
   * @param body a descriptor that goes with it, lent; -1 for none
   * @return the reply line without its LF; {@link #takeDescriptor} gives what came with it
   */
  String request(String line, int body) throws SecretClientException {
    buffer.clear().put(line.getBytes(StandardCharsets.US_ASCII)).put((byte) '\n').flip();
    LinuxException unsent = null;
    try {
      channel.send(buffer, body);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EAGAIN) {
        throw tooLate(e);
      }
      if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
        throw failed(e);
      }
      // The agent may have refused this client before it could send: what it said can be read.
      unsent = e;
    }
    return receiveLine(unsent);
  }

  /** The descriptor that came with the latest reply, now the caller's to close; -1 for none. */
  int takeDescriptor() {
    int fd = received;
    received = NONE;
    return fd;
  }

  void close() {
    discard();
    Descriptor.close(socket);
  }

  private String receiveLine(LinuxException unsent) throws SecretClientException {
    long start = System.nanoTime();
    buffer.clear();
    try {
      restoreTimeout();
      while (true) {
        int from = buffer.position();
        int count = buffer.hasRemaining() ? channel.receive(buffer) : 0;
        collect();
        if (count == 0) {
          throw broken(unsent);
        }
        for (int i = from; i < buffer.position(); i++) {
          if (buffer.get(i) == '\n') {
            return lineOf(i);
          }
        }
        shortenTimeout(start);
      }
    } catch (LinuxException e) {
      if (e.errno() == Errno.EAGAIN) {
        throw tooLate(e);
      }
      throw broken(e);
    }
  }

  private String lineOf(int length) throws SecretClientException {
    if (buffer.position() != length + 1) {
      // Nothing else was asked for.
      throw ReplyFields.bad("the agent sent more than a reply");
    }
    byte[] bytes = new byte[length];
    buffer.get(0, bytes);
    for (byte b : bytes) {
      if (b < 0x20 || b > 0x7e) {
        throw ReplyFields.bad("the reply is not printable ASCII");
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private void collect() throws SecretClientException {
    int count = channel.descriptorCount();
    if (count == 1 && received == NONE) {
      received = channel.descriptor(0);
      return;
    }
    for (int i = 0; i < count; i++) {
      Descriptor.close(channel.descriptor(i));
    }
    if (count > 0) {
      throw ReplyFields.bad("the agent sent more than one descriptor");
    }
    if (channel.descriptorsDropped()) {
      throw new SecretClientException(
          SecretClientException.Reason.FAILED,
          "the delivery was lost: this process may not open more files (ulimit -n)",
          null);
    }
  }

  private void discard() {
    int fd = takeDescriptor();
    if (fd != NONE) {
      Descriptor.close(fd);
    }
  }

  private void shortenTimeout(long startNanos) throws LinuxException, SecretClientException {
    long left = timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    if (left <= 0) {
      throw tooLate(null);
    }
    UnixSocket.setReceiveTimeout(socket, left);
    timeoutChanged = true;
  }

  private void restoreTimeout() throws LinuxException {
    if (timeoutChanged) {
      UnixSocket.setReceiveTimeout(socket, timeoutMillis);
      timeoutChanged = false;
    }
  }

  private SecretClientException tooLate(Throwable cause) {
    return new SecretClientException(
        SecretClientException.Reason.BAD_REPLY,
        "the agent did not answer within " + timeoutMillis + " ms",
        cause);
  }

  private static SecretClientException broken(Throwable cause) {
    return new SecretClientException(
        SecretClientException.Reason.NO_AGENT, "the agent ended the connection", cause);
  }

  private static SecretClientException failed(LinuxException e) {
    return new SecretClientException(
        SecretClientException.Reason.FAILED, "cannot send the request: " + e.getMessage(), e);
  }
}

package dev.secmem.app.it;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** A connection that sends bytes and descriptors exactly as told. Serial. */
final class RawClient implements AutoCloseable {
  private static final long TIMEOUT_MILLIS = 60_000;

  private final int socket;
  private final MessageChannel channel;
  private final ByteBuffer input = ByteBuffer.allocateDirect(16_384);
  private final StringBuilder unread = new StringBuilder();
  private final ArrayDeque<Reply> replies = new ArrayDeque<>();

  RawClient(String path) {
    try {
      socket = UnixSocket.connect(path, TIMEOUT_MILLIS);
    } catch (LinuxException e) {
      // Not there: an agent that replaces a dead one's socket moves that aside first.
      if (e.errno() == Errno.ECONNREFUSED || e.errno() == Errno.ENOENT) {
        throw new RefusedException(e);
      }
      throw new AssertionError("cannot connect to " + path, e);
    }
    channel = new MessageChannel(socket);
  }

  /** Nobody listens there. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(Exception cause) {
      super(cause);
    }
  }

  int socket() {
    return socket;
  }

  /** Sends bytes in one sendmsg, descriptors with them; they stay the caller's. */
  void send(byte[] bytes, int... descriptors) throws LinuxException {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    if (descriptors.length == 0) {
      channel.send(direct, -1);
    } else {
      channel.send(direct, descriptors);
      if (direct.hasRemaining()) {
        channel.send(direct, -1);
      }
    }
  }

  /** Sends a text as it is. */
  void send(String text, int... descriptors) {
    try {
      send(text.getBytes(StandardCharsets.ISO_8859_1), descriptors);
    } catch (LinuxException e) {
      throw new AssertionError("cannot send", e);
    }
  }

  /** Sends a line and its LF in one sendmsg, and waits for the reply. */
  Reply ask(String line, int... descriptors) {
    send(line + "\n", descriptors);
    return reply();
  }

  /** Puts a value, and expects that it is taken. */
  Reply put(String arguments, String value) {
    Reply reply = tryPut(arguments, value.getBytes(StandardCharsets.UTF_8));
    if (!reply.isOk()) {
      throw new AssertionError("PUT " + arguments + ": " + reply.line());
    }
    return reply;
  }

  Reply tryPut(String arguments, byte[] value) {
    return askWith("PUT " + arguments, value);
  }

  Reply tryPut(String arguments, String value) {
    return tryPut(arguments, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks with a body. */
  Reply askWith(String line, byte[] body) {
    int fd = Kernel.memfd(body);
    try {
      return ask(line, fd);
    } finally {
      Descriptor.close(fd);
    }
  }

  Reply askWith(String line, String body) {
    return askWith(line, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks with a body, and answers only with the code. */
  String codeOf(String line, String body) {
    try (Reply reply = askWith(line, body)) {
      return reply.code();
    }
  }

  /** Asks, and answers only with the code. */
  String code(String line, int... descriptors) {
    try (Reply reply = ask(line, descriptors)) {
      return reply.code();
    }
  }

  /** What STATUS says of secrets, bytes and connections. */
  String counts() {
    String status = ask("STATUS").text();
    return status.substring(status.indexOf("\"counts\""), status.indexOf(",\"audit\""));
  }

  /** Waits until the agent has no other connection: one that ended is counted a moment longer. */
  void awaitAlone() {
    Await.until(
        "all other connections end",
        () -> Json.value(ask("STATUS").text(), "connections").equals("1"));
  }

  /** The next reply; an {@link AssertionError} if the agent ends the connection instead. */
  Reply reply() {
    Reply reply = replyOrEnd();
    if (reply == null) {
      throw new AssertionError("the agent ended the connection");
    }
    return reply;
  }

  /** The next reply, or null at the end of the connection. */
  Reply replyOrEnd() {
    while (replies.isEmpty()) {
      if (!receive()) {
        return null;
      }
    }
    return replies.poll();
  }

  /** Waits for the end of the connection; any reply before it is an error. */
  void expectEnd() {
    Reply reply = replyOrEnd();
    if (reply != null) {
      throw new AssertionError("not the end, but: " + reply.line());
    }
  }

  private boolean receive() {
    try {
      input.clear();
      int count = channel.receive(input);
      int descriptor = channel.descriptorCount() > 0 ? channel.descriptor(0) : -1;
      for (int i = 1; i < channel.descriptorCount(); i++) {
        Descriptor.close(channel.descriptor(i));
      }
      unread.append(StandardCharsets.ISO_8859_1.decode(input.flip()));
      int from = 0;
      int lf;
      while ((lf = unread.indexOf("\n", from)) >= 0) {
        // A read ends after the bytes that carry a descriptor: it belongs to the last line.
        boolean last = unread.indexOf("\n", lf + 1) < 0;
        replies.add(new Reply(unread.substring(from, lf), last ? descriptor : -1));
        from = lf + 1;
      }
      unread.delete(0, from);
      return count > 0;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ECONNRESET) {
        return false;
      }
      throw new AssertionError("no reply: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    replies.forEach(Reply::close);
    replies.clear();
    Descriptor.close(socket);
  }
}

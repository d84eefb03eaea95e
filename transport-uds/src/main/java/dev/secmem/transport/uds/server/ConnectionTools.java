package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.linux.MessageChannel;

/** The buffers that a thread needs to serve connections, one after the other. Confined. */
final class ConnectionTools {
  private final MessageChannel channel = new MessageChannel(-1);
  private final ReplyLine replyLine = new ReplyLine();
  final LineReader reader = new LineReader(channel);
  UdsReply reply;

  /** Begins with a connection whose timeouts are set. */
  void use(int socket, Timeouts timeouts, UnreadDeliveries unread) {
    channel.use(socket);
    reader.use(socket, timeouts.idleMillis(), timeouts.stallMillis());
    reply = new UdsReply(channel, replyLine, unread);
  }

  /** Sends a refusal in place of everything else. */
  void refuse(ErrorCode code, String message) {
    reply.begin(null);
    reply.error(code, message);
  }

  /** Ends with a connection: closes whatever it had that is still open. */
  void clear() {
    reader.clear();
    if (reply != null) {
      reply.end();
    }
  }
}

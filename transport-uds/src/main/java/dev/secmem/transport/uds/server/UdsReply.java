package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The replies of one connection, one after the other. Confined. */
final class UdsReply implements Reply {
  private final MessageChannel channel;
  private final ReplyLine line;
  private final UnreadDeliveries unread;
  private int limitBytes;
  private boolean answered;
  private boolean broken;
  private MemfdDelivery prepared;

  UdsReply(MessageChannel channel, ReplyLine line, UnreadDeliveries unread) {
    this.channel = channel;
    this.line = line;
    this.unread = unread;
  }

  /** Begins with the reply to a request of {@code verb}; null: of no known verb. */
  void begin(Verb verb) {
    limitBytes = ReplyLine.limitFor(verb);
    answered = false;
  }

  /** Closes what was prepared. */
  void end() {
    MemfdDelivery next = prepared;
    prepared = null;
    while (next != null) {
      next.close();
      next = next.before();
    }
  }

  boolean isAnswered() {
    return answered;
  }

  /** Whether the peer no longer takes replies. */
  boolean isBroken() {
    return broken;
  }

  @Override
  public void ok(CharSequence fields) {
    requireUnanswered();
    send(line.ok(fields, limitBytes), -1);
  }

  @Override
  public Delivery prepare(ByteBuffer content) throws RequestException {
    requireUnanswered();
    prepared = MemfdDelivery.of(content, prepared);
    return prepared;
  }

  @Override
  public void ok(CharSequence fields, Delivery delivery) {
    requireUnanswered();
    int descriptor = ((MemfdDelivery) Objects.requireNonNull(delivery)).descriptor();
    send(line.ok(fields, limitBytes), descriptor);
  }

  @Override
  public void error(ErrorCode code, String message) {
    requireUnanswered();
    send(line.error(code, message, limitBytes), -1);
  }

  private void requireUnanswered() {
    if (answered) {
      throw new IllegalStateException("this request is answered already");
    }
  }

  private void send(ByteBuffer bytes, int descriptor) {
    answered = true;
    boolean done = false;
    int length = bytes.remaining();
    try {
      if (descriptor < 0 || unread.add()) {
        channel.send(bytes, descriptor);
        done = true;
      }
    } catch (LinuxException e) {
      boolean nothingSent = bytes.remaining() == length;
      if (descriptor >= 0 && nothingSent && isShortage(e.errno())) {
        send(
            line.error(
                ErrorCode.QUOTA, "the agent cannot send descriptors now; try again", limitBytes),
            -1);
        done = true;
      }
      // Else gone, or it did not take its replies in time: either way it gets no more.
    } finally {
      if (!done) {
        broken = true; // whatever came between: the next reply must not pass for this one
      }
    }
  }

  private static boolean isShortage(int errno) {
    return errno == Errno.ETOOMANYREFS || errno == Errno.ENOMEM || errno == Errno.ENOBUFS;
  }
}

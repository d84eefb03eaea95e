package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Verb;
import dev.secmem.api.transport.RequestException;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import dev.secmem.transport.uds.identity.UdsPeer;

/**
 * One client's connection, from accept to close.
 *
 * <p>Serial: it has one owner at a time, who alone closes the socket; {@link #shutdown} is safe
 * from any thread and wakes the owner up.
 */
final class Connection {
  /**
   * The least that the kernel takes: at most 6 short replies with descriptors wait unread, each of
   * which counts against the agent (8192 would let 22 wait, the default 278).
   */
  private static final int SEND_BUFFER_BYTES = 2304;

  private static final String NO_BODY_TAKEN = "this verb takes no descriptor";
  private static final String SURPLUS =
      "one descriptor may come with a line, and with its first byte";

  private final int socket;
  private final UnreadDeliveries unread;
  private RequestHandler.Session session;
  private boolean closed;

  Connection(int socket, Timeouts timeouts, InFlight inFlight) {
    this.socket = socket;
    this.unread = new UnreadDeliveries(socket, timeouts.stallMillis(), inFlight);
  }

  /** Ends the connection soon. */
  synchronized void shutdown() {
    if (!closed) {
      UnixSocket.shutdown(socket);
    }
  }

  /** Whether the client has left deliveries unread; false when it is gone. */
  boolean hasUnread() {
    try {
      return unread.areLeft();
    } catch (LinuxException e) {
      return false;
    }
  }

  /** The same, but gives a client that is about to read them a moment to do so. */
  boolean hasUnreadForLong() {
    try {
      return unread.areLeftForLong();
    } catch (LinuxException e) {
      return false;
    }
  }

  /** Ends the session and closes the socket. Called once, by the owner. */
  void end() {
    RequestHandler.Session ending = session;
    session = null;
    try {
      if (ending != null) {
        ending.close();
      }
    } finally {
      unread.forget();
      close();
    }
  }

  private synchronized void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(socket);
    }
  }

  /** Serves until the client or the server ends it; {@link #end} is still to be called. */
  void serve(RequestHandler handler, ConnectionTools tools, Timeouts timeouts) {
    try {
      UnixSocket.setSendBuffer(socket, SEND_BUFFER_BYTES);
      UnixSocket.setTimeouts(socket, timeouts.idleMillis(), timeouts.stallMillis());
      tools.use(socket, timeouts, unread);
      UdsPeer peer = UdsPeer.of(socket);
      try {
        session = handler.connected(peer);
      } catch (RequestException e) {
        // Nothing waits in a new socket's buffer, so this does not block.
        tools.refuse(e.code(), e.getMessage());
        return;
      } catch (RuntimeException | Error e) {
        tools.refuse(ErrorCode.INTERNAL, "the agent failed");
        throw e;
      }
      serve(session, peer, tools);
    } catch (LinuxException e) {
      // The client is gone, or was silent for too long: an everyday end.
      Log.debug("a connection ended: " + e.getMessage());
    } finally {
      tools.clear();
    }
  }

  private void serve(RequestHandler.Session session, UdsPeer peer, ConnectionTools tools)
      throws LinuxException {
    while (true) {
      LineReader.Result result = tools.reader.next();
      if (result == LineReader.Result.END) {
        return;
      }
      if (result == LineReader.Result.BROKEN) {
        reject(session, tools, "a line has at most 4096 bytes, all printable ASCII");
        return;
      }
      if (!answer(session, peer, tools) || tools.reply.isBroken()) {
        return;
      }
    }
  }

  /** Answers one line; false if the connection ends with it. */
  private static boolean answer(
      RequestHandler.Session session, UdsPeer peer, ConnectionTools tools) {
    Attachment attachment = tools.reader.attachment();
    String text = tools.reader.line();
    RequestLine line = RequestLine.parse(text);
    Verb verb = Verb.ofWire(line == null ? RequestLine.firstWord(text) : line.word(0));
    if (attachment.isSurplus()) {
      reject(session, tools, SURPLUS);
      return false;
    }
    boolean takesBody = verb != null && verb.takesBody();
    if (line == null) {
      boolean goesOn = takesBody || !attachment.isPresent();
      reject(session, tools, "words are separated by single spaces");
      return goesOn;
    }
    if (verb == null) {
      // A newer client may ask: its descriptor does not end the connection.
      attachment.close();
    } else if (!takesBody && attachment.isPresent()) {
      reject(session, tools, NO_BODY_TAKEN);
      return false;
    }
    handle(session, new UdsRequest(peer, verb, line, attachment), tools.reply);
    return true;
  }

  private static void reject(
      RequestHandler.Session session, ConnectionTools tools, String message) {
    tools.reader.attachment().close();
    tools.reply.begin(null);
    tools.reply.error(ErrorCode.BAD_REQUEST, message);
    session.rejected(new RequestException(ErrorCode.BAD_REQUEST, message));
  }

  private static void handle(RequestHandler.Session session, UdsRequest request, UdsReply reply) {
    reply.begin(request.verb());
    try {
      session.handle(request, reply);
      if (!reply.isAnswered()) {
        Log.warning("the handler gave no answer to " + request.verb());
        reply.error(ErrorCode.INTERNAL, "the agent gave no answer");
      }
    } catch (RequestException e) {
      if (reply.isAnswered()) {
        Log.error("a refusal came after the answer", e);
      } else {
        reply.error(e.code(), e.getMessage());
      }
    } catch (Throwable e) {
      // Answered first: what follows may fail again when memory is what is missing.
      if (!reply.isAnswered()) {
        reply.error(ErrorCode.INTERNAL, "the agent failed");
      }
      Log.error("the handler failed", e);
    } finally {
      reply.end();
    }
  }
}

package dev.secmem.api.transport;

import dev.secmem.api.identity.Peer;

/**
 * What serves a server's requests: the engine.
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads. They do not block for longer than a request's own work.
 */
public interface RequestHandler {

  /**
   * Judges a new connection, before anything is read from it. A refusal reaches the client with its
   * code, and no request of that connection is handled [TR-05].
   *
   * @return the session that serves it; its {@link Session#close} is called once, whatever happens
   *     [TR-06]
   * @throws RequestException the refusal ({@code DENIED}, {@code BUSY}): it is sent, then the
   *     connection ends
   */
  Session connected(Peer peer) throws RequestException;

  /** Serves one connection. Serial: the transport makes one call at a time. */
  interface Session extends AutoCloseable {

    /**
     * Answers one request by exactly one call of {@code reply}'s {@code ok} or {@code error}.
     * Throwing {@link RequestException} before that is answered by its code and message [TR-07];
     * anything else thrown is answered by {@code internal} without its message [TR-08], and so is
     * no answer at all [TR-09]. After any of these the connection goes on.
     *
     * @param request lent: valid until the call returns; the transport then closes its body
     * @param reply lent, too
     */
    void handle(Request request, Reply reply) throws RequestException;

    /**
     * Hears of a line that the transport itself answered by {@code bad-request} (malformed, or with
     * descriptors that it must not have), so that it is counted.
     */
    void rejected(RequestException reason);

    /** The connection ended. */
    @Override
    void close();
  }
}

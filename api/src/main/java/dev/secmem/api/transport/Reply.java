package dev.secmem.api.transport;

import dev.secmem.api.ErrorCode;
import java.nio.ByteBuffer;

/**
 * The answer to one request. Confined. A peer that does not take its reply is the transport's
 * business: nothing here throws for it.
 *
 * <p>The first answer counts; another one is {@link IllegalStateException} and does not reach the
 * client [TR-10].
 */
public interface Reply {

  /**
   * Answers {@code OK} and {@code fields}.
   *
   * @param fields {@code key=value} pairs separated by a space, or empty
   */
  void ok(CharSequence fields);

  /**
   * Puts a body into the form in which it travels, sealed, so that nothing but sending is left: the
   * client gets exactly these bytes, whatever happens to {@code content} afterwards [TR-11]. The
   * delivery is closed by the transport when the request ends, sent or not; an error instead of it
   * is an error without a body [TR-12].
   *
   * @param content borrowed, from position to limit; direct if it is secret
   * @throws RequestException {@code QUOTA} if descriptors or memory cannot be had now
   */
  Delivery prepare(ByteBuffer content) throws RequestException;

  /** Answers {@code OK}, {@code fields} and the prepared body in one piece. */
  void ok(CharSequence fields, Delivery delivery);

  /**
   * Answers {@code ERR}. Whatever the message holds, the client gets one error, and the connection
   * goes on [TR-13].
   */
  void error(ErrorCode code, String message);

  /** A body that is ready to be sent with this reply. */
  interface Delivery {}
}

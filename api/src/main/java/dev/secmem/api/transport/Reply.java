package dev.secmem.api.transport;

import dev.secmem.api.ErrorCode;
import java.nio.ByteBuffer;

/**
 * The answer to one request. Confined. A peer that does not take its reply is the transport's
 * business: nothing here throws for it.
 */
public interface Reply {

  /**
   * Answers {@code OK} and {@code fields}.
   *
   * @param fields {@code key=value} pairs separated by a space, or empty
   */
  void ok(CharSequence fields);

  /**
   * Puts a body into the form in which it travels, sealed, so that nothing but sending is left. The
   * delivery is closed by the transport when the request ends, sent or not.
   *
   * @param content borrowed, from position to limit; direct if it is secret
   * @throws RequestException {@code QUOTA} if descriptors or memory cannot be had now
   */
  Delivery prepare(ByteBuffer content) throws RequestException;

  /** Answers {@code OK}, {@code fields} and the prepared body in one piece. */
  void ok(CharSequence fields, Delivery delivery);

  /** Answers {@code ERR}. */
  void error(ErrorCode code, String message);

  /** A body that is ready to be sent with this reply. */
  interface Delivery {}
}

package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.Verb;
import java.nio.ByteBuffer;

/** The bytes of one reply line, in a buffer that is used again. Confined. */
final class ReplyLine {
  /** What the oldest clients receive at once: replies to PUT and GET fit it, with their LF. */
  private static final int SHORT_BYTES = 128;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Syntax.MAX_LINE_BYTES);

  /** The most bytes that a reply to {@code verb} may have; null is a line of no known verb. */
  static int limitFor(Verb verb) {
    return verb == null || verb == Verb.PUT || verb == Verb.GET
        ? SHORT_BYTES
        : Syntax.MAX_LINE_BYTES;
  }

  /**
   * {@code OK} and the fields.
   *
   * @return ready to be sent, valid until the next call
   * @throws IllegalArgumentException if they do not fit or are not printable ASCII
   */
  ByteBuffer ok(CharSequence fields, int limitBytes) {
    int length = fields.length();
    buffer.clear().put((byte) 'O').put((byte) 'K');
    if (length > 0) {
      if (length + 4 > limitBytes) {
        throw new IllegalArgumentException("the reply has more than " + limitBytes + " bytes");
      }
      buffer.put((byte) ' ');
      for (int i = 0; i < length; i++) {
        char c = fields.charAt(i);
        if (!isPrintable(c)) {
          throw new IllegalArgumentException("the reply is not printable ASCII");
        }
        buffer.put((byte) c);
      }
    }
    return buffer.put((byte) '\n').flip();
  }

  /**
   * {@code ERR}, the code and as much of the message as fits; what is not printable ASCII becomes a
   * question mark.
   *
   * @return ready to be sent, valid until the next call
   */
  ByteBuffer error(ErrorCode code, String message, int limitBytes) {
    buffer.clear().limit(limitBytes - 1);
    put("ERR ");
    put(code.wire());
    put(" ");
    put(message.isEmpty() ? "no message" : message);
    return buffer.limit(limitBytes).put((byte) '\n').flip();
  }

  private void put(String text) {
    for (int i = 0; i < text.length() && buffer.hasRemaining(); i++) {
      char c = text.charAt(i);
      buffer.put((byte) (isPrintable(c) ? c : '?'));
    }
  }

  private static boolean isPrintable(char c) {
    return c >= 0x20 && c <= 0x7e;
  }
}

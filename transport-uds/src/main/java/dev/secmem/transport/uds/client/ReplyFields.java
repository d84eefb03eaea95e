package dev.secmem.transport.uds.client;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.client.SecretClientException;

/** What a reply line says: {@code OK} with {@code key=value} fields, or a refusal. */
final class ReplyFields {
  private final String line;

  private ReplyFields(String line) {
    this.line = line;
  }

  /**
   * Takes a reply line apart. Fields that this client does not know are left alone.
   *
   * @param line without its LF
   * @throws SecretClientException {@code REFUSED} if the agent refused, {@code BAD_REPLY} if this
   *     is no reply
   */
  static ReplyFields parse(String line) throws SecretClientException {
    if (line.equals("OK") || line.startsWith("OK ")) {
      return new ReplyFields(line);
    }
    if (line.startsWith("ERR ")) {
      int space = line.indexOf(' ', 4);
      String code = space < 0 ? line.substring(4) : line.substring(4, space);
      String message = space < 0 ? code : line.substring(space + 1);
      throw new SecretClientException(ErrorCode.ofWire(code), message);
    }
    throw bad("the reply is none of this protocol");
  }

  /** The text of a field, or null if the reply has none of that key. */
  String text(String key) {
    int at = 2;
    while (at < line.length()) {
      int begin = at + 1;
      int space = line.indexOf(' ', begin);
      at = space < 0 ? line.length() : space;
      if (line.startsWith(key, begin)
          && begin + key.length() < at
          && line.charAt(begin + key.length()) == '=') {
        return line.substring(begin + key.length() + 1, at);
      }
    }
    return null;
  }

  /** The number in a field that must be there. */
  long number(String key) throws SecretClientException {
    String text = text(key);
    long value = text == null ? Syntax.NOT_A_NUMBER : Syntax.number(text);
    if (value == Syntax.NOT_A_NUMBER) {
      throw bad("the reply has no number " + key);
    }
    return value;
  }

  static SecretClientException bad(String message) {
    return new SecretClientException(SecretClientException.Reason.BAD_REPLY, message, null);
  }
}

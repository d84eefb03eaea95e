package dev.secmem.transport.uds.client;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.Syntax;
import dev.secmem.api.client.SecretClientException;

/**
 * Makes request lines. A part that would break out of its place in the line is refused here, as the
 * agent would refuse it.
 */
final class RequestText {
  private RequestText() {}

  static String name(String name) throws SecretClientException {
    if (!Syntax.isName(name)) {
      throw refused("a name is 1 to 200 of the characters A-Z a-z 0-9 . _ - / @ : +");
    }
    return name;
  }

  /** The words, none of which may be empty, joined by spaces. */
  static String line(String... words) throws SecretClientException {
    String line = String.join(" ", words);
    if (line.length() >= Syntax.MAX_LINE_BYTES) {
      throw refused("the request is longer than a line may be");
    }
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) < 0x20 || line.charAt(i) > 0x7e) {
        throw refused("an option holds a character that is not printable ASCII");
      }
    }
    return line;
  }

  /** A word that stays one: not empty, without spaces. */
  static String word(String word) throws SecretClientException {
    if (word.isEmpty() || word.indexOf(' ') >= 0) {
      throw refused("an argument is a word without spaces");
    }
    return word;
  }

  private static SecretClientException refused(String message) {
    return new SecretClientException(ErrorCode.BAD_REQUEST, message);
  }
}

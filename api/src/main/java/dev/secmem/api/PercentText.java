package dev.secmem.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Text as one word of a request line (docs/PROTOCOL.md): its bytes in UTF-8, all but {@code
 * A-Za-z0-9._/-} percent-encoded.
 */
public final class PercentText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentText() {}

  /** The word for a text; empty for an empty one. */
  public static String encode(String text) {
    StringBuilder word = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain((char) (b & 0xff))) {
        word.append((char) b);
      } else {
        word.append('%').append(HEX.toHexDigits(b));
      }
    }
    return word.toString();
  }

  /**
   * The text of a word, which may also encode what needs it not.
   *
   * @throws IllegalArgumentException if the word holds another character, a broken code, or what is
   *     no UTF-8
   */
  public static String decode(String word) {
    ByteBuffer bytes = ByteBuffer.allocate(word.length());
    int at = 0;
    while (at < word.length()) {
      char c = word.charAt(at);
      if (c == '%' && at + 3 <= word.length()) {
        bytes.put((byte) HexFormat.fromHexDigits(word, at + 1, at + 3));
        at += 3;
      } else if (isPlain(c)) {
        bytes.put((byte) c);
        at++;
      } else {
        throw new IllegalArgumentException(
            "all but A-Z a-z 0-9 . _ / - is percent-encoded, as in %20");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the bytes are no UTF-8", e);
    }
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._/-".indexOf(c) >= 0;
  }
}

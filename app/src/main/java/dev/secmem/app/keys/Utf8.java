package dev.secmem.app.keys;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;

/** UTF-8 (RFC 3629) in buffers, one code point at a time, without a copy. */
final class Utf8 {
  private Utf8() {}

  /** The longest form of a code point. */
  static final int MAX_BYTES = 4;

  private static final int CONTINUATION_BITS = 6;
  private static final int CONTINUATION_MASK = 0x3f;

  /**
   * Reads a code point; the position moves behind it.
   *
   * @throws CharacterCodingException for what is not well-formed: overlong forms, surrogates, above
   *     U+10FFFF, cut off
   */
  static int read(ByteBuffer text) throws CharacterCodingException {
    int first = text.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
    if (more == 0 || text.remaining() < more) {
      throw new MalformedInputException(1);
    }
    int codePoint = first & (CONTINUATION_MASK >> more);
    for (int i = 0; i < more; i++) {
      int next = text.get() & 0xff;
      if ((next & 0xc0) != 0x80) {
        throw new MalformedInputException(1);
      }
      codePoint = codePoint << CONTINUATION_BITS | next & CONTINUATION_MASK;
    }
    boolean surrogate =
        codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    if (length(codePoint) != more + 1 || surrogate || codePoint > Character.MAX_CODE_POINT) {
      throw new MalformedInputException(more + 1);
    }
    return codePoint;
  }

  /** The code point at an index, in text that is well-formed. */
  static int at(ByteBuffer text, int at) {
    int first = text.get(at) & 0xff;
    int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    int codePoint = more == 0 ? first : first & (CONTINUATION_MASK >> more);
    for (int i = 1; i <= more; i++) {
      codePoint = codePoint << CONTINUATION_BITS | text.get(at + i) & CONTINUATION_MASK;
    }
    return codePoint;
  }

  /** How many bytes a code point takes. */
  static int length(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : MAX_BYTES;
  }

  /** Writes a code point at an index; the position stays. */
  static void write(int codePoint, ByteBuffer target, int at) {
    int length = length(codePoint);
    if (length == 1) {
      target.put(at, (byte) codePoint);
      return;
    }
    int rest = codePoint;
    for (int i = length - 1; i > 0; i--) {
      target.put(at + i, (byte) (0x80 | rest & CONTINUATION_MASK));
      rest >>>= CONTINUATION_BITS;
    }
    target.put(at, (byte) (0xf00 >> length | rest));
  }

  /** Where the code point begins that ends before an index, in text that is well-formed. */
  static int startBefore(ByteBuffer text, int end) {
    int at = end - 1;
    while ((text.get(at) & 0xc0) == 0x80) {
      at--;
    }
    return at;
  }
}

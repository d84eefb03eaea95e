package dev.secmem.app.keys;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * Base64 (RFC 4648, section 4, with padding) within one buffer, in chunks, so that a large envelope
 * needs neither a second buffer nor a large array. What passes here is not secret.
 */
final class Base64Text {
  private Base64Text() {}

  private static final int CHUNK_BYTES = 3 * 1024;
  private static final int CHUNK_CHARS = 4 * 1024;

  /** How many characters so many bytes take. */
  static long chars(long bytes) {
    return (bytes + 2) / 3 * 4;
  }

  /**
   * Encodes bytes of a buffer to where the text shall stand in it.
   *
   * @param from where the bytes are, so that they end where the text ends, or later: each chunk is
   *     then read before the text reaches it
   */
  static void encode(ByteBuffer buffer, int from, int length, int to) {
    byte[] bytes = new byte[Math.min(CHUNK_BYTES, length)];
    byte[] text = new byte[(int) chars(bytes.length)];
    int target = to;
    for (int done = 0; done < length; done += bytes.length) {
      if (length - done < bytes.length) {
        bytes = new byte[length - done];
      }
      buffer.get(from + done, bytes);
      int count = Base64.getEncoder().encode(bytes, text);
      buffer.put(target, text, 0, count);
      target += count;
    }
  }

  /**
   * Decodes text of a buffer; the bytes begin where the text began.
   *
   * @return how many bytes it was
   * @throws IllegalArgumentException for anything that {@link #encode} would not write
   */
  static int decode(ByteBuffer buffer, int from, int length) {
    if (length % 4 != 0) {
      throw new IllegalArgumentException("not a multiple of 4");
    }
    byte[] text = new byte[Math.min(CHUNK_CHARS, length)];
    int target = from;
    for (int done = 0; done < length; done += text.length) {
      if (length - done < text.length) {
        text = new byte[length - done];
      }
      buffer.get(from + done, text);
      byte[] bytes = Base64.getDecoder().decode(text);
      boolean last = done + text.length == length;
      if (last ? !isCanonical(text, bytes) : bytes.length != CHUNK_BYTES) {
        throw new IllegalArgumentException("padding in the middle, or bits beyond the end");
      }
      buffer.put(target, bytes);
      target += bytes.length;
    }
    return target - from;
  }

  /** The decoder accepts bits beyond the end that an encoder never sets. */
  private static boolean isCanonical(byte[] text, byte[] bytes) {
    return Arrays.mismatch(text, Base64.getEncoder().encode(bytes)) < 0;
  }
}

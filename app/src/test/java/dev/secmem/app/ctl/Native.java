package dev.secmem.app.ctl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Test values to and from native memory; one character is one byte. */
final class Native {
  private Native() {}

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static ByteBuffer direct(String text) {
    return ByteBuffer.allocateDirect(text.length()).put(latin(text)).flip();
  }

  /** From position to limit. */
  static String text(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return latin(copy);
  }
}

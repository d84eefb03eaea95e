package dev.secmem.app.selftest;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Published bytes in direct buffers. None of them is anybody's secret. */
final class KnownAnswer {
  private KnownAnswer() {}

  static ByteBuffer hex(String digits) {
    return direct(HexFormat.of().parseHex(digits));
  }

  static ByteBuffer ascii(String text) {
    return direct(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** Whether what was written into a buffer, up to its position, is that. */
  static boolean holds(ByteBuffer written, String digits) {
    return written.duplicate().flip().equals(hex(digits));
  }
}

package dev.secmem.app.ctl;

import java.nio.ByteBuffer;

/** Base64 (RFC 4648, section 4, with padding) decoded where it lies. */
final class Base64Input {
  private Base64Input() {}

  /**
   * Decodes the bytes {@code from} to {@code to} of a buffer in their place.
   *
   * @return where they end then, or -1 if they are no base64; they are spoilt in either case
   */
  static int decode(ByteBuffer bytes, int from, int to) {
    if ((to - from) % 4 != 0) {
      return -1;
    }
    int end = from;
    for (int at = from; at < to; at += 4) {
      int padding = at + 4 < to ? 0 : padding(bytes, at);
      int group = 0;
      for (int i = 0; i < 4; i++) {
        int bits = i >= 4 - padding ? 0 : bits(bytes.get(at + i));
        if (bits < 0) {
          return -1;
        }
        group = group << 6 | bits;
      }
      // Bits that padding leaves over are zero, so that there is one way to write each value.
      if (padding > 0 && (group & (padding == 1 ? 0xff : 0xffff)) != 0) {
        return -1;
      }
      for (int i = 0; i < 3 - padding; i++) {
        bytes.put(end++, (byte) (group >> 16 - 8 * i));
      }
    }
    return end;
  }

  private static int padding(ByteBuffer bytes, int at) {
    if (bytes.get(at + 3) != '=') {
      return 0;
    }
    return bytes.get(at + 2) == '=' ? 2 : 1;
  }

  private static int bits(byte letter) {
    if (letter >= 'A' && letter <= 'Z') {
      return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
      return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
      return letter - '0' + 52;
    }
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
  }
}

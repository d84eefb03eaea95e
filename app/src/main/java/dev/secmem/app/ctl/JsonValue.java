package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Values as JSON, from native memory to native memory. */
final class JsonValue {
  private static final int CHUNK_BYTES = 3 * 1024;
  private static final String HEX = "0123456789abcdef";

  private JsonValue() {}

  /**
   * Adds bytes as a string if they are UTF-8, else as {@code {"base64":"..."}}.
   *
   * @param bytes borrowed from position to limit
   */
  static void add(ByteBuffer bytes, LockedBytes target) throws LinuxException, IOException {
    if (isUtf8(bytes)) {
      addString(bytes, target);
    } else {
      target.add("{\"base64\":\"");
      try (LockedMemory memory = LockedMemory.allocate(CHUNK_BYTES / 3 * 4)) {
        ByteBuffer from = bytes.duplicate();
        while (from.position() < bytes.limit()) {
          from.limit(Math.min(bytes.limit(), from.position() + CHUNK_BYTES));
          ByteBuffer to = memory.buffer();
          Base64Output.encode(from, to);
          target.write(to.flip());
        }
      }
      target.add("\"}");
    }
  }

  private static void addString(ByteBuffer bytes, LockedBytes target)
      throws LinuxException, IOException {
    target.add((byte) '"');
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      byte b = bytes.get(i);
      if (b == '"' || b == '\\') {
        target.add((byte) '\\');
        target.add(b);
      } else if (b == '\n') {
        target.add("\\n");
      } else if (b >= 0 && b < ' ') {
        target.add("\\u00");
        target.add((byte) HEX.charAt(b >> 4));
        target.add((byte) HEX.charAt(b & 0xf));
      } else {
        target.add(b);
      }
    }
    target.add((byte) '"');
  }

  /** Whether they are well-formed (RFC 3629, section 4). */
  static boolean isUtf8(ByteBuffer bytes) {
    int i = bytes.position();
    while (i < bytes.limit()) {
      int length = length(bytes, i);
      if (length == 0) {
        return false;
      }
      i += length;
    }
    return true;
  }

  /** How long the character at {@code at} is; 0 if it is none. */
  private static int length(ByteBuffer bytes, int at) {
    int first = bytes.get(at) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > bytes.limit()) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes.get(at + i) & 0xc0) != 0x80) {
        return 0;
      }
    }
    // Neither longer than need be, nor half of a surrogate pair, nor beyond the last character.
    int second = bytes.get(at + 1) & 0xff;
    boolean bad =
        first == 0xe0 && second < 0xa0
            || first == 0xed && second > 0x9f
            || first == 0xf0 && second < 0x90
            || first == 0xf4 && second > 0x8f;
    return bad ? 0 : length;
  }
}

package dev.secmem.app.ctl;

import java.nio.ByteBuffer;

/** What a key means to top. */
enum TopKey {
  QUIT,
  SORT,
  UP,
  DOWN,
  PAGE_UP,
  PAGE_DOWN,
  /** Anything else: the screen is drawn anew. */
  OTHER;

  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;

  /** The bytes that one key press gives (console_codes(4)); no bytes: the terminal is gone. */
  static TopKey of(ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      return QUIT;
    }
    byte key = bytes.get(bytes.limit() - 1);
    boolean sequence = bytes.get(bytes.position()) == 033 && bytes.remaining() > 2;
    if (sequence) {
      byte kind = bytes.get(bytes.position() + 2);
      return switch (kind) {
        case 'A' -> UP;
        case 'B' -> DOWN;
        case '5' -> PAGE_UP;
        case '6' -> PAGE_DOWN;
        default -> OTHER;
      };
    }
    return switch (key) {
      case 'q', 'Q', CTRL_C, CTRL_D -> QUIT;
      case 's' -> SORT;
      case 'k' -> UP;
      case 'j' -> DOWN;
      default -> OTHER;
    };
  }
}

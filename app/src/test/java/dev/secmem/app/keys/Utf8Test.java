package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** UTF-8 in native memory, beside the JDK's. */
final class Utf8Test {

  @Test
  void everyCodePointIsReadAndWrittenAsTheJdkDoes() throws CharacterCodingException {
    ByteBuffer written = ByteBuffer.allocateDirect(Utf8.MAX_BYTES);
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.getType(codePoint) == Character.SURROGATE) {
        continue;
      }
      byte[] expected = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
      ByteBuffer text = Parts.direct(expected);
      assertEquals(codePoint, Utf8.read(text));
      assertFalse(text.hasRemaining());
      assertEquals(codePoint, Utf8.at(text, 0));
      assertEquals(0, Utf8.startBefore(text, expected.length));
      assertEquals(expected.length, Utf8.length(codePoint));
      Utf8.write(codePoint, written, 0);
      assertEquals(text.rewind(), written.slice(0, expected.length));
    }
  }

  /** Each sequence of two bytes, and of three and four with bytes around each border. */
  @Test
  void whatIsNotWellFormedIsRefusedAsByTheJdk() {
    int[] borders = {
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
      0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfb, 0xfc, 0xfd, 0xfe, 0xff
    };
    int refused = 0;
    for (int first = 0; first < 256; first++) {
      refused += judge(first) ? 0 : 1;
      for (int second = 0; second < 256; second++) {
        refused += judge(first, second) ? 0 : 1;
      }
    }
    for (int first : borders) {
      for (int second : borders) {
        for (int third : borders) {
          refused += judge(first, second, third) ? 0 : 1;
          refused += judge(first, second, third, 0x80) ? 0 : 1;
          refused += judge(first, second, third, 0xbf) ? 0 : 1;
          refused += judge(first, second, third, 0x41) ? 0 : 1;
        }
      }
    }
    assertFalse(refused < 10_000, "only " + refused + " were refused");
  }

  /** Whether all of it is well-formed; both must say the same. */
  private static boolean judge(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    ByteBuffer text = Parts.direct(bytes);
    boolean expected = isWellFormed(bytes);
    if (!expected) {
      assertThrows(CharacterCodingException.class, () -> readAll(text), Parts.hex(text.rewind()));
      return false;
    }
    try {
      readAll(text);
      return true;
    } catch (CharacterCodingException e) {
      throw new AssertionError(Parts.hex(text.rewind()), e);
    }
  }

  private static void readAll(ByteBuffer text) throws CharacterCodingException {
    while (text.hasRemaining()) {
      Utf8.read(text);
    }
  }

  private static boolean isWellFormed(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}

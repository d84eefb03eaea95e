package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.junit.jupiter.api.Test;

/** NFKD in native memory, beside the JDK's. */
final class NfkdTest {

  @Test
  void everyCodePointBecomesWhatTheJdkSays() throws CharacterCodingException {
    int most = 0;
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.getType(codePoint) != Character.SURROGATE) {
        String text = Character.toString(codePoint);
        ByteBuffer normalized = normalize(text);
        assertSame(text, normalized);
        most = Math.max(most, (normalized.remaining() - 1) / Utf8.length(codePoint) + 1);
      }
    }
    assertEquals(Nfkd.GROWTH, most);
  }

  /** Each mark with a mark of every class, in both orders: their classes are told apart. */
  @Test
  void everyMarkIsOrderedAsTheJdkDoes() throws CharacterCodingException {
    NormalizationTables tables = NormalizationTables.get();
    int[] oneOfEachRank = new int[64];
    int marks = 0;
    for (int codePoint = 0x300; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      int rank = tables.rank(codePoint);
      if (rank > 0) {
        oneOfEachRank[rank] = codePoint;
        marks++;
      }
    }
    assertTrue(marks > 800, "only " + marks + " marks");
    for (int codePoint = 0x300; codePoint <= 0x1e943; codePoint++) {
      if (tables.rank(codePoint) > 0) {
        for (int other : oneOfEachRank) {
          assertSame("a" + Character.toString(codePoint) + Character.toString(other));
          assertSame("a" + Character.toString(other) + Character.toString(codePoint));
        }
      }
    }
  }

  @Test
  void asciiStaysAsItIs() throws CharacterCodingException {
    StringBuilder ascii = new StringBuilder();
    for (char c = 0; c < 0x80; c++) {
      ascii.append(c);
    }
    assertEquals(ascii.toString(), Parts.text(normalize(ascii.toString())));
    assertEquals("", Parts.text(normalize("")));
  }

  @Test
  void whatStandsBeforeTheOutputIsNoPartOfIt() throws CharacterCodingException {
    // A mark that would go before another one if both were of one text.
    ByteBuffer out = ByteBuffer.allocateDirect(20).put(bytes("a\u0345"));
    Nfkd.normalize(Parts.utf8("\u0334"), out);
    assertEquals("a\u0345\u0334", Parts.text(out.flip()));
  }

  @Test
  void theInputStays() throws CharacterCodingException {
    ByteBuffer text = Parts.utf8("xx\u00e9xx").position(2).limit(4);
    ByteBuffer out = ByteBuffer.allocateDirect(20);
    Nfkd.normalize(text, out);
    assertEquals(2, text.position());
    assertEquals(4, text.limit());
    assertEquals("e\u0301", Parts.text(out.flip()));
    assertEquals("xx\u00e9xx", Parts.text(text.clear()));
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    for (String wrong :
        new String[] {"80", "c0af", "c3", "e28", "eda080", "f4908080", "f8", "41ff", "c32841"}) {
      ByteBuffer text = Parts.hex(wrong.length() % 2 == 0 ? wrong : wrong + "2");
      ByteBuffer out = ByteBuffer.allocateDirect(100);
      assertThrows(CharacterCodingException.class, () -> Nfkd.normalize(text, out), wrong);
    }
  }

  @Test
  void tooLittleRoomIsTold() {
    for (String text : new String[] {"abc", "\u00e9", "\uac01", "\ufdfa", "a\u0345\u0334"}) {
      int needed = bytes(Normalizer.normalize(text, Normalizer.Form.NFKD)).length;
      ByteBuffer out = ByteBuffer.allocateDirect(needed - 1);
      assertThrows(
          BufferOverflowException.class, () -> Nfkd.normalize(Parts.utf8(text), out), text);
    }
  }

  static void assertSame(String text) throws CharacterCodingException {
    assertSame(text, normalize(text));
  }

  private static void assertSame(String text, ByteBuffer normalized) {
    String expected = Normalizer.normalize(text, Normalizer.Form.NFKD);
    if (!normalized.equals(ByteBuffer.wrap(bytes(expected)))) {
      assertEquals(escaped(expected), escaped(Parts.text(normalized)), escaped(text));
    }
  }

  private static ByteBuffer normalize(String text) throws CharacterCodingException {
    ByteBuffer given = Parts.utf8(text);
    ByteBuffer normalized = ByteBuffer.allocateDirect(Nfkd.GROWTH * given.remaining());
    Nfkd.normalize(given, normalized);
    return normalized.flip();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(c -> escaped.append(" U+").append(Integer.toHexString(c)));
    return escaped.toString();
  }
}

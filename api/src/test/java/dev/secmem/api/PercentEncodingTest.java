package dev.secmem.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PercentEncodingTest {
  @Test
  void everyByteHasOneForm() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    String encoded = PercentEncoding.encode(all);
    assertTrue(encoded.matches("([A-Za-z0-9._/-]|%[0-9A-F]{2})*"), encoded);
    assertArrayEquals(all, PercentEncoding.decode(encoded));
    assertEquals("a%20b%2B%C3%BC", PercentEncoding.encode("a b+\u00fc"));
    String plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
    assertEquals(plain, PercentEncoding.encode(plain), "what need not be encoded stays");
  }

  @Test
  void otherFormsAreRead() {
    assertEquals("~Aa", new String(PercentEncoding.decode("~%41%61")));
    assertEquals("a b", new String(PercentEncoding.decode("a b")));
    assertArrayEquals(new byte[] {(byte) 0xab}, PercentEncoding.decode("%aB"));
  }

  @Test
  void brokenOnesAreNot() {
    for (String text : new String[] {"%", "%4", "%zz", "%4z", "a%4", "%+1"}) {
      assertBroken(text, "a percent sign needs two hexadecimal digits");
    }
    for (String text : new String[] {"\u00fc", "\n", "\u007f"}) {
      assertBroken(text, "a character that is not printable ASCII");
    }
  }

  private static void assertBroken(String text, String message) {
    IllegalArgumentException broken =
        assertThrows(IllegalArgumentException.class, () -> PercentEncoding.decode(text), text);
    assertEquals(message, broken.getMessage(), text);
  }
}

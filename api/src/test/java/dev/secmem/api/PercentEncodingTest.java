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
  }

  @Test
  void otherFormsAreRead() {
    assertEquals("~Aa", new String(PercentEncoding.decode("~%41%61")));
    assertArrayEquals(new byte[] {(byte) 0xab}, PercentEncoding.decode("%aB"));
  }

  @Test
  void brokenOnesAreNot() {
    for (String text : new String[] {"%", "%4", "%zz", "a%4", "%+1", "\u00fc", "\n", "\u007f"}) {
      assertThrows(IllegalArgumentException.class, () -> PercentEncoding.decode(text), text);
    }
  }
}

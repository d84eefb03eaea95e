package dev.secmem.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class PercentTextTest {
  @Test
  void textsAreOneWordAndComeBack() {
    assertEquals("example.com", PercentText.encode("example.com"));
    assertEquals("a%20b%25%2B%27", PercentText.encode("a b%+'"));
    assertEquals("m%C3%BCnchen.de", PercentText.encode("münchen.de"));
    for (String text : new String[] {"", "a b", "%", "ü€𝄞", "\u0000\n\u007f", "a/b_c-d.e"}) {
      assertEquals(text, PercentText.decode(PercentText.encode(text)));
    }
    assertEquals("a", PercentText.decode("%61"), "also what needs no code");
    assertEquals("ü", PercentText.decode("%c3%bc"), "digits of either case");
  }

  @Test
  void brokenWordsAreRefused() {
    for (String word :
        new String[] {
          "%", "%1", "a%", "a%2", "%GG", "%+1", "% 1", "a b", "ü", "a+b", "%ff", "%C3"
        }) {
      assertThrows(IllegalArgumentException.class, () -> PercentText.decode(word), word);
    }
  }
}

package dev.secmem.transport.uds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

final class RequestLineTest {
  @Test
  void aLineIsItsWords() {
    for (String text : new String[] {"A", "HELLO", "GET k", "PUT k 1 once allow=uid:1"}) {
      RequestLine line = RequestLine.parse(text);
      String[] words = text.split(" ");
      assertEquals(words.length, line.words());
      for (int i = 0; i < words.length; i++) {
        assertEquals(words[i], line.word(i));
      }
      assertEquals(words[0], RequestLine.firstWord(text));
    }
  }

  @Test
  void wordsAreParsedBySingleSpacesOnly() {
    for (String text : new String[] {"", " ", " GET", "GET ", "GET  k", "GET k ", "  "}) {
      assertNull(RequestLine.parse(text), "'" + text + "'");
    }
    assertEquals("", RequestLine.firstWord(" GET"));
    assertEquals("GET", RequestLine.firstWord("GET  k"));
  }
}

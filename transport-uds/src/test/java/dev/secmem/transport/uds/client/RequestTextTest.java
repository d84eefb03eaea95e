package dev.secmem.transport.uds.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What would break out of a request line is refused before anything is sent. */
final class RequestTextTest {
  @Test
  void aLineIsItsWordsAndHasRoomForItsEnd() throws Exception {
    assertEquals("GET a ~", RequestText.line("GET", "a", "~"));
    String most = "x".repeat(4095 - 4);
    assertEquals(4095, RequestText.line("GET", most).length());
    assertRefused(
        () -> RequestText.line("GET", most + "x"), "the request is longer than a line may be");
    for (char c : new char[] {'\n', 0, 0x1f, 0x7f, 0xfc}) {
      assertRefused(
          () -> RequestText.line("GET", "a" + c),
          "an option holds a character that is not printable ASCII");
    }
  }

  @Test
  void aWordAndANameStayOne() throws Exception {
    assertEquals("a", RequestText.word("a"));
    assertEquals("db/password", RequestText.name("db/password"));
    for (String word : new String[] {"", " ", " a", "a b"}) {
      assertRefused(() -> RequestText.word(word), "an argument is a word without spaces");
      assertRefused(
          () -> RequestText.name(word),
          "a name is 1 to 200 of the characters A-Z a-z 0-9 . _ - / @ : +");
    }
  }

  private static void assertRefused(Executable call, String message) {
    SecretClientException refused = assertThrows(SecretClientException.class, call);
    assertEquals(ErrorCode.BAD_REQUEST, refused.code().orElseThrow());
    assertEquals(message, refused.getMessage());
  }
}

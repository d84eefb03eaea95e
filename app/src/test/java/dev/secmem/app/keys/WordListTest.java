package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The words, found again in native memory. */
final class WordListTest {
  private static final WordList WORDS = WordList.english();

  @Test
  void everyWordIsFoundInBothCases() {
    Set<String> beginnings = new HashSet<>();
    String before = "";
    int longest = 0;
    for (int i = 0; i < WordList.SIZE; i++) {
      String word = word(i);
      assertTrue(word.matches("[a-z]{3,8}"), word);
      assertTrue(word.compareTo(before) > 0, word);
      assertEquals(i, indexOf(word));
      assertEquals(i, indexOf(word.toUpperCase(Locale.ROOT)));
      assertEquals(i, indexOf(word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)));
      beginnings.add(word.substring(0, Math.min(4, word.length())));
      longest = Math.max(longest, word.length());
      before = word;
    }
    assertEquals(WordList.SIZE, beginnings.size());
    assertEquals(WordList.MAX_WORD_BYTES, longest);
    assertEquals("abandon", word(0));
    assertEquals("zoo", word(WordList.SIZE - 1));
  }

  @Test
  void whatIsNearAWordIsNone() {
    for (String wrong :
        new String[] {
          "",
          "a",
          "aban",
          "abando",
          "abandonn",
          "abandon ",
          "\nabandon",
          "zo",
          "zoos",
          "zoo\n",
          "{",
          "@bandon",
          "`",
          "ab\u00e4ndon",
          "abandon\u0000",
          "aaaaaaaa",
          "zzzzzzzzz",
          "able\nabout"
        }) {
      assertEquals(-1, indexOf(wrong), wrong);
    }
    for (int i = 0; i < WordList.SIZE; i++) {
      assertEquals(-1, indexOf(word(i) + "~"));
    }
  }

  @Test
  void onlyTheRangeIsRead() {
    ByteBuffer sentence = Parts.utf8("xxzooxx");
    assertEquals(WordList.SIZE - 1, WORDS.indexOf(sentence, 2, 5));
    assertEquals(-1, WORDS.indexOf(sentence, 2, 6));
    assertEquals(0, sentence.position());
  }

  private static String word(int index) {
    ByteBuffer word = ByteBuffer.allocateDirect(WordList.MAX_WORD_BYTES);
    WORDS.write(index, word);
    return Parts.text(word.flip());
  }

  private static int indexOf(String word) {
    ByteBuffer text = Parts.utf8(word);
    return WORDS.indexOf(text, 0, text.limit());
  }
}

package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sentences and seeds: the published vectors, and what is refused. */
final class MnemonicTest {
  private Parts parts;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
  }

  @AfterEach
  void close() {
    assertTrue(parts.allSlotsAreFree(), "a slot was not given back");
    parts.close();
  }

  @Test
  void everyEnglishVectorFromEntropyToSeed() throws Exception {
    int compared = 0;
    for (PublishedVectors.Sentence vector : PublishedVectors.sentences()) {
      if (vector.language().equals("english")) {
        ByteBuffer sentence = ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES);
        parts.mnemonic.write(Parts.hex(vector.entropy()), sentence);
        assertEquals(vector.words(), Parts.text(sentence.flip()));
        assertEquals(vector.words(), normalize(vector.words()));
        assertEquals(vector.seed(), Parts.hex(parts.seed(vector.words(), "TREZOR")));
        compared++;
      }
    }
    assertEquals(24, compared);
  }

  @Test
  void theOtherLanguagesVectorsFromSentenceToSeed() throws Exception {
    Set<String> languages = new HashSet<>();
    int compared = 0;
    for (PublishedVectors.Sentence vector : PublishedVectors.sentences()) {
      if (!vector.language().equals("english")) {
        assertEquals(
            vector.seed(),
            Parts.hex(parts.seed(vector.words(), "TREZOR")),
            vector.language() + ": " + vector.words());
        languages.add(vector.language());
        compared++;
      }
    }
    assertEquals(11, languages.size());
    assertEquals(11 * 24, compared);
  }

  @Test
  void newSentencesAreValidAndDiffer() throws Exception {
    Set<String> seen = new HashSet<>();
    for (int words : new int[] {12, 15, 18, 21, 24}) {
      for (int i = 0; i < 20; i++) {
        ByteBuffer sentence =
            ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES + 9).position(4);
        parts.mnemonic.generate(words, sentence);
        String text = Parts.text(sentence.flip().position(4));
        assertEquals(words, text.split(" ").length);
        assertEquals(text, normalize(text));
        seen.add(text);
      }
    }
    assertEquals(100, seen.size());
  }

  @Test
  void otherNumbersOfWordsAreRefused() {
    ByteBuffer sentence = ByteBuffer.allocateDirect(1000);
    for (int words = -3; words < 40; words++) {
      int count = words;
      boolean allowed = List.of(12, 15, 18, 21, 24).contains(count);
      assertEquals(allowed, Mnemonic.isWordCount(count));
      if (!allowed) {
        assertThrows(
            IllegalArgumentException.class, () -> parts.mnemonic.generate(count, sentence));
        String text = "abandon ".repeat(Math.max(0, count));
        MnemonicException refusal = refusal(text);
        assertTrue(refusal.getMessage().endsWith("not " + Math.max(0, count)));
        assertEquals(0, refusal.wordPosition());
      }
    }
    assertEquals(0, sentence.position());
  }

  @Test
  void blanksAndCapitalLettersAreForgiven() throws Exception {
    String messy = "\t  " + Parts.SENTENCE.replace(" ", " \t\r ") + " \r";
    assertEquals(Parts.SENTENCE, normalize(messy));
    assertEquals(Parts.SENTENCE, normalize(Parts.SENTENCE.toUpperCase(Locale.ROOT)));
    assertEquals(Parts.SENTENCE, normalize(Parts.SENTENCE.replace("a", "A")));
  }

  @Test
  void otherSeparatorsAndLettersAreNot() {
    for (String separator : new String[] {"\n", ",", "\u00a0", "\u3000", "\u0000", "-", "\u000b"}) {
      MnemonicException refusal = refusal(Parts.SENTENCE.replaceFirst(" ", separator + " "));
      assertEquals(1, refusal.wordPosition(), "separator " + (int) separator.charAt(0));
    }
    assertEquals(12, refusal(Parts.SENTENCE.replace("about", "ab\u014dut")).wordPosition());
  }

  @Test
  void theWordThatIsWrongIsNamedByItsPositionOnly() {
    for (int i = 0; i < 12; i++) {
      String[] words = Parts.SENTENCE.split(" ");
      words[i] = "hunter2";
      MnemonicException refusal = refusal(String.join(" ", words));
      assertEquals(i + 1, refusal.wordPosition());
      assertEquals("word " + (i + 1) + " is not in the list", refusal.getMessage());
      assertEquals(null, refusal.getCause());
    }
  }

  @Test
  void theChecksumIsChecked() throws Exception {
    int accepted = 0;
    for (int i = 0; i < WordList.SIZE; i++) {
      ByteBuffer word = ByteBuffer.allocateDirect(WordList.MAX_WORD_BYTES);
      WordList.english().write(i, word);
      String text = Parts.SENTENCE.replace("about", Parts.text(word.flip()));
      try {
        assertEquals(text, normalize(text));
        accepted++;
      } catch (MnemonicException e) {
        assertEquals(0, e.wordPosition());
        assertTrue(e.getMessage().contains("do not belong together"), e.getMessage());
      }
    }
    // The last word of 12 has 7 bits of entropy, and one checksum for each.
    assertEquals(128, accepted);
  }

  @Test
  void onFailureNothingIsWritten() {
    ByteBuffer sentence = ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES);
    for (String wrong :
        new String[] {"", "zoo", "abandon ".repeat(12), Parts.SENTENCE.replace("about", "x")}) {
      assertThrows(
          MnemonicException.class, () -> parts.mnemonic.normalize(Parts.utf8(wrong), sentence));
      assertEquals(0, sentence.position());
      assertEquals("00".repeat(sentence.limit()), Parts.hex(sentence));
    }
  }

  @Test
  void inputStaysAndOutputBeginsAtThePosition() throws Exception {
    ByteBuffer text = Parts.utf8("xx" + Parts.SENTENCE + "xx");
    text.position(2).limit(text.limit() - 2);
    ByteBuffer sentence = ByteBuffer.allocateDirect(300).position(7);
    parts.mnemonic.normalize(text, sentence);
    assertEquals(2, text.position());
    assertEquals(7 + Parts.SENTENCE.length(), sentence.position());
    ByteBuffer seed = ByteBuffer.allocateDirect(70).position(3);
    ByteBuffer passphrase = Parts.utf8("xpx").position(1).limit(2);
    parts.mnemonic.toSeed(text, passphrase, seed);
    assertEquals(67, seed.position());
    assertEquals(1, passphrase.position());
    assertEquals(2, text.position());
    assertEquals(Parts.hex(parts.seed("p")), Parts.hex(seed.slice(3, 64)));
  }

  @Test
  void tooLittleRoomIsTold() {
    ByteBuffer narrow = ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES - 1);
    assertThrows(BufferOverflowException.class, () -> parts.mnemonic.generate(12, narrow));
    assertThrows(
        BufferOverflowException.class,
        () -> parts.mnemonic.normalize(Parts.utf8(Parts.SENTENCE), narrow));
    ByteBuffer seed = ByteBuffer.allocateDirect(63);
    assertThrows(
        BufferOverflowException.class,
        () -> parts.mnemonic.toSeed(Parts.utf8(Parts.SENTENCE), Parts.utf8(""), seed));
  }

  @Test
  void textThatIsTooLongOrNoneIsRefused() throws Exception {
    ByteBuffer seed = ByteBuffer.allocateDirect(64);
    ByteBuffer longest = ByteBuffer.allocateDirect(Mnemonic.MAX_TEXT_BYTES);
    ByteBuffer longer = ByteBuffer.allocateDirect(Mnemonic.MAX_TEXT_BYTES + 1);
    ByteBuffer none = ByteBuffer.allocateDirect(0);
    ByteBuffer broken = Parts.hex("61ff");
    for (ByteBuffer[] wrong :
        new ByteBuffer[][] {{longer, none}, {none, longer}, {broken, none}, {none, broken}}) {
      MnemonicException refusal =
          assertThrows(
              MnemonicException.class, () -> parts.mnemonic.toSeed(wrong[0], wrong[1], seed));
      assertEquals(null, refusal.getCause());
      assertEquals(0, seed.position());
    }
    parts.mnemonic.toSeed(longest, longest, seed);
    assertFalse(seed.hasRemaining(), "the control: the longest is taken");
  }

  @Test
  void theLongestDecompositionHasRoom() throws Exception {
    // U+FDFA grows most of all.
    String most = "\ufdfa".repeat(Mnemonic.MAX_TEXT_BYTES / 3);
    String decomposed = java.text.Normalizer.normalize("\ufdfa", java.text.Normalizer.Form.NFKD);
    String seed = Parts.hex(parts.seed(most, most));
    assertNotEquals(seed, Parts.hex(parts.seed(most, "")));
    String few = "\ufdfa".repeat(10);
    assertEquals(
        Parts.hex(parts.seed(few, few)),
        Parts.hex(parts.seed(decomposed.repeat(10), decomposed.repeat(10))));
  }

  @Test
  void typedWordsAreCheckedBeforeTheyBecomeASeed() throws Exception {
    ByteBuffer seed = ByteBuffer.allocateDirect(64);
    ByteBuffer typed = Parts.utf8(" " + Parts.SENTENCE.toUpperCase(Locale.ROOT) + "\r");
    parts.mnemonic.toSeedOfWords(typed, Parts.utf8("TREZOR"), seed);
    assertEquals(Parts.hex(parts.seed("TREZOR")), Parts.hex(seed.flip()));
    for (String wrong : new String[] {"", "abandon ".repeat(12), Parts.SENTENCE + " about"}) {
      assertThrows(
          MnemonicException.class,
          () -> parts.mnemonic.toSeedOfWords(Parts.utf8(wrong), Parts.utf8(""), seed.clear()));
      assertEquals(0, seed.position());
    }
  }

  private String normalize(String text) throws Exception {
    ByteBuffer sentence = ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES);
    parts.mnemonic.normalize(Parts.utf8(text), sentence);
    return Parts.text(sentence.flip());
  }

  private MnemonicException refusal(String text) {
    return assertThrows(MnemonicException.class, () -> normalize(text));
  }
}

package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What people do to sentences: mistakes are refused or give another seed, forms give one seed. */
final class MnemonicPropertiesTest {
  private static Parts parts;

  @BeforeContainer
  static void open() throws Exception {
    parts = Parts.open();
  }

  @AfterContainer
  static void close() {
    parts.close();
  }

  @Property
  void entropyAndSentenceAreOne(@ForAll("entropies") byte[] entropy) throws Exception {
    String sentence = sentence(entropy);
    assertEquals(sentence, normalize(sentence));
    assertEquals(entropy.length / 4 * 3, sentence.split(" ").length);
    byte[] other = entropy.clone();
    other[0] ^= 1;
    assertNotEquals(sentence, sentence(other));
  }

  @Property
  void aWordThatIsNoneIsNamedByPosition(
      @ForAll("entropies") byte[] entropy,
      @ForAll @IntRange(max = 23) int position,
      @ForAll("notWords") String wrong)
      throws Exception {
    String[] words = sentence(entropy).split(" ");
    int at = position % words.length;
    words[at] = wrong;
    MnemonicException refusal =
        assertThrows(MnemonicException.class, () -> normalize(String.join(" ", words)));
    assertEquals(at + 1, refusal.wordPosition());
    assertFalse(refusal.getMessage().contains(wrong), refusal.getMessage());
  }

  @Property
  void anotherWordIsRefusedOrGivesAnotherSeed(
      @ForAll("entropies") byte[] entropy,
      @ForAll @IntRange(max = 23) int position,
      @ForAll @IntRange(max = WordList.SIZE - 1) int index)
      throws Exception {
    String sentence = sentence(entropy);
    String[] words = sentence.split(" ");
    int at = position % words.length;
    String other = word(index);
    Assume.that(!words[at].equals(other));
    words[at] = other;
    refusedOrAnotherSeed(sentence, String.join(" ", words));
  }

  @Property
  void swappedWordsAreRefusedOrGiveAnotherSeed(
      @ForAll("entropies") byte[] entropy,
      @ForAll @IntRange(max = 23) int first,
      @ForAll @IntRange(max = 23) int second)
      throws Exception {
    String sentence = sentence(entropy);
    String[] words = sentence.split(" ");
    int a = first % words.length;
    int b = second % words.length;
    Assume.that(!words[a].equals(words[b]));
    String swapped = words[a];
    words[a] = words[b];
    words[b] = swapped;
    refusedOrAnotherSeed(sentence, String.join(" ", words));
  }

  @Property
  void extraBlanksAndCapitalLettersChangeNothing(
      @ForAll("entropies") byte[] entropy, @ForAll("blanks") String blanks, @ForAll long capitals)
      throws Exception {
    String sentence = sentence(entropy);
    StringBuilder typed = new StringBuilder(blanks);
    for (int i = 0; i < sentence.length(); i++) {
      String letter = sentence.substring(i, i + 1);
      boolean capital = (capitals >>> i % 64 & 1) == 1;
      typed.append(
          letter.equals(" ") ? blanks : capital ? letter.toUpperCase(Locale.ROOT) : letter);
    }
    assertEquals(sentence, normalize(typed.append(blanks).toString()));
  }

  @Property(tries = 40)
  void everyFormOfAPassphraseGivesOneSeed(@ForAll("passphrases") String passphrase)
      throws Exception {
    String seed = Parts.hex(parts.seed(passphrase));
    for (Normalizer.Form form : new Normalizer.Form[] {Normalizer.Form.NFC, Normalizer.Form.NFD}) {
      assertEquals(seed, Parts.hex(parts.seed(Normalizer.normalize(passphrase, form))));
    }
    assertNotEquals(seed, Parts.hex(parts.seed(passphrase + "x")));
  }

  private static void refusedOrAnotherSeed(String sentence, String changed) throws Exception {
    try {
      String accepted = normalize(changed);
      assertEquals(changed, accepted);
      assertNotEquals(
          Parts.hex(parts.seed(sentence, "")), Parts.hex(parts.seed(accepted, "")), changed);
    } catch (MnemonicException e) {
      assertEquals(0, e.wordPosition(), "every word is in the list");
    }
  }

  private static String sentence(byte[] entropy) throws Exception {
    ByteBuffer sentence = ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES);
    parts.mnemonic.write(Parts.direct(entropy), sentence);
    return Parts.text(sentence.flip());
  }

  private static String normalize(String text) throws Exception {
    ByteBuffer sentence = ByteBuffer.allocateDirect(Mnemonic.MAX_SENTENCE_BYTES);
    parts.mnemonic.normalize(Parts.utf8(text), sentence);
    return Parts.text(sentence.flip());
  }

  private static String word(int index) {
    ByteBuffer word = ByteBuffer.allocateDirect(WordList.MAX_WORD_BYTES);
    WordList.english().write(index, word);
    return Parts.text(word.flip());
  }

  @Provide
  Arbitrary<byte[]> entropies() {
    return Arbitraries.of(16, 20, 24, 28, 32)
        .flatMap(
            length ->
                Arbitraries.strings()
                    .withChars("0123456789abcdef")
                    .ofLength(2 * length)
                    .map(HexFormat.of()::parseHex));
  }

  @Provide
  Arbitrary<String> notWords() {
    return Arbitraries.strings()
        .withCharRange('!', '~')
        .ofMinLength(1)
        .ofMaxLength(12)
        .filter(text -> WordList.english().indexOf(Parts.utf8(text), 0, text.length()) < 0)
        // Short ones may be part of the message by chance.
        .map(text -> text + "\u00df#");
  }

  @Provide
  Arbitrary<String> blanks() {
    return Arbitraries.strings().withChars(" \t\r").ofMinLength(1).ofMaxLength(5);
  }

  @Provide
  Arbitrary<String> passphrases() {
    return Arbitraries.strings()
        .withChars("abc \u00e9\u00fc\u1e69\u01d5\u0301\u0323\u0345\uac01\u30d1\u2126\u212b")
        .ofMaxLength(20);
  }
}

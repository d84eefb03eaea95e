package dev.secmem.app.keys;

import java.nio.charset.CharacterCodingException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** NFKD of random text in native memory, beside the JDK's. */
final class NfkdPropertiesTest {

  @Property(tries = 5000)
  void textBecomesWhatTheJdkSays(@ForAll("texts") String text) throws CharacterCodingException {
    NfkdTest.assertSame(text);
  }

  /** Letters, many marks of all classes, what decomposes to several, syllables, anything. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Integer> codePoints =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.integers().between(0x20, 0x7e)),
            Tuple.of(2, Arbitraries.integers().between(0xa0, 0x24f)),
            Tuple.of(5, Arbitraries.integers().between(0x300, 0x36f)),
            Tuple.of(2, Arbitraries.integers().between(0x591, 0x65f)),
            Tuple.of(1, Arbitraries.integers().between(0x900, 0xfff)),
            Tuple.of(1, Arbitraries.integers().between(0x1100, 0x11ff)),
            Tuple.of(1, Arbitraries.integers().between(0x1e00, 0x1fff)),
            Tuple.of(1, Arbitraries.integers().between(0x3040, 0x30ff)),
            Tuple.of(1, Arbitraries.integers().between(0xac00, 0xd7a3)),
            Tuple.of(1, Arbitraries.integers().between(0xf900, 0xffef)),
            Tuple.of(1, Arbitraries.integers().between(0x1d15e, 0x1d1c0)),
            Tuple.of(1, Arbitraries.integers().between(0, Character.MAX_CODE_POINT)),
            Tuple.of(3, Arbitraries.of(0x344, 0x345, 0x334, 0x1dce, 0x5b0, 0x302a, 0x16ff0)));
    return codePoints
        .filter(codePoint -> Character.getType(codePoint) != Character.SURROGATE)
        .list()
        .ofMaxSize(40)
        .map(
            list -> {
              StringBuilder text = new StringBuilder();
              list.forEach(text::appendCodePoint);
              return text.toString();
            });
  }
}

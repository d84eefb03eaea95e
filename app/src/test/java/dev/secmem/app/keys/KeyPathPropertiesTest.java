package dev.secmem.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Paths, over many random ones. */
final class KeyPathPropertiesTest {
  private static final BigInteger END = BigInteger.ONE.shiftLeft(31);

  @Property
  void anyPathIsReadAsItIsPrinted(@ForAll("steps") List<String> steps) {
    String text = "m" + String.join("", steps);
    KeyPath path = KeyPath.parse(text);
    assertEquals(text.replace('h', '\''), path.toString());
    assertEquals(path, KeyPath.parse(path.toString()));
    assertEquals(path.hashCode(), KeyPath.parse(path.toString()).hashCode());
    assertEquals(steps.size(), path.length());
    for (int i = 0; i < steps.size(); i++) {
      boolean hardened = !steps.get(i).matches("/[0-9]+");
      int index = Integer.parseInt(steps.get(i).replaceAll("[^0-9]", ""));
      assertEquals(index | (hardened ? KeyPath.HARDENED : 0), path.step(i));
    }
  }

  @Property(tries = 2000)
  void anyTextIsJudgedAsAPatternJudgesIt(@ForAll("almostPaths") String text) {
    if (isPath(text)) {
      assertEquals(text.replace('h', '\''), KeyPath.parse(text).toString());
    } else {
      assertThrows(IllegalArgumentException.class, () -> KeyPath.parse(text), text);
    }
  }

  /** The same rules in another way. */
  private static boolean isPath(String text) {
    return text.matches("m(/(0|[1-9][0-9]*)['h]?){0,16}")
        && Arrays.stream(text.split("[^0-9]+"))
            .filter(digits -> !digits.isEmpty())
            .allMatch(digits -> new BigInteger(digits).compareTo(END) < 0);
  }

  @Provide
  Arbitrary<List<String>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, Integer.MAX_VALUE), Arbitraries.of("", "'", "h"))
        .as((index, mark) -> "/" + index + mark)
        .list()
        .ofMaxSize(KeyPath.MAX_STEPS);
  }

  @Provide
  Arbitrary<String> almostPaths() {
    return Arbitraries.of(
            "m", "/", "0", "1", "74", "'", "h", "/0", "/74'", "/2147483647", "2147483648", " ")
        .list()
        .ofMaxSize(6)
        .map(parts -> "m" + String.join("", parts));
  }
}

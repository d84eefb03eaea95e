package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.cli.UsageException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class GenCommandTest {

  @Test
  void namedSets() throws Exception {
    assertEquals(62, Charset.of(null).length());
    assertEquals(Charset.of(null), Charset.of("alnum"));
    assertEquals("0123456789abcdef", Charset.of("hex"));
    assertEquals(64, Charset.of("base64url").length());
    assertEquals(94, Charset.of("ascii").length());
    assertEquals("0123456789", Charset.of("digits"));
    assertEquals(26, Charset.of("lower").length());
    assertEquals(26, Charset.of("upper").length());
    assertEquals("ab !", Charset.of("ab !"));
  }

  @Test
  void charactersThatWouldBeLikelierOrNoneAreRefused() {
    for (String bad : new String[] {"", "a", "aba", "alpha", "ä!", "a\n"}) {
      assertThrows(UsageException.class, () -> Charset.of(bad), bad);
    }
  }

  /** 62 does not divide 256: taking the rest without drawing again would favour eight of them. */
  @Test
  void everyCharacterIsAsLikelyAsTheOthers() throws Exception {
    String characters = Charset.of("alnum");
    int each = 20_000;
    ByteBuffer drawn = ByteBuffer.allocateDirect(each * characters.length());
    GenCommand.fill(drawn, characters);
    int[] counts = new int[256];
    for (int i = 0; i < drawn.limit(); i++) {
      counts[drawn.get(i)]++;
    }
    double chiSquare = 0;
    int seen = 0;
    for (int i = 0; i < characters.length(); i++) {
      double difference = counts[characters.charAt(i)] - each;
      chiSquare += difference * difference / each;
      seen += counts[characters.charAt(i)];
    }
    assertEquals(drawn.limit(), seen, "no other characters");
    // 61 degrees of freedom: more than 150 happens once in 10^9 runs; the biased way gives 20 000.
    assertTrue(chiSquare < 150, "chi square " + chiSquare);
  }
}

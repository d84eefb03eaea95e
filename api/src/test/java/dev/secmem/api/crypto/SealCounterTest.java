package dev.secmem.api.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.PluginException;
import org.junit.jupiter.api.Test;

final class SealCounterTest {
  @Test
  void countsFromZero() throws PluginException {
    SealCounter counter = new SealCounter("x");
    assertEquals(0, counter.next());
    assertEquals(1, counter.next());
  }

  @Test
  void endsAtTheLimitAndStaysThere() throws PluginException {
    SealCounter counter = new SealCounter("x", Cipher.MAX_SEALS - 1);
    assertEquals(Integer.MAX_VALUE, counter.next());
    for (int i = 0; i < 3; i++) {
      PluginException refused = assertThrows(PluginException.class, counter::next);
      assertEquals(PluginException.Reason.KEY_EXHAUSTED, refused.reason());
    }
  }
}

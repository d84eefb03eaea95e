package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import org.junit.jupiter.api.Test;

final class UnlockPausesTest {
  private final UnlockPauses pauses = new UnlockPauses();

  @Test
  void pausesDoubleFromASecondToAMinuteAndEndWithTheRightKey() throws Exception {
    UnlockPauses.Guesser guesser = pauses.of(7);
    guesser.begin();
    for (long millis : new long[] {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
      long before = Clock.boottimeNanos();
      RequestException wrong = guesser.wrong();
      assertEquals(ErrorCode.WRONG_KEY, wrong.code());
      assertTrue(wrong.getMessage().contains(" " + millis + " ms"), wrong.getMessage());
      RequestException early = assertThrows(RequestException.class, guesser::begin);
      assertEquals(ErrorCode.WRONG_KEY, early.code());
      long left = Long.parseLong(early.getMessage().replaceAll("retry_ms=(\\d+) .*", "$1"));
      assertTrue(left <= millis, early.getMessage());
      long passedNanos = Clock.boottimeNanos() - before;
      assertTrue(
          left * 1_000_000 >= millis * 1_000_000 - passedNanos, "who waits that long is not early");
    }
    pauses.of(8).begin(); // nobody else waits
    guesser.right();
    guesser.begin();
    assertTrue(guesser.wrong().getMessage().contains(" 1000 ms"), "counted anew");
  }
}

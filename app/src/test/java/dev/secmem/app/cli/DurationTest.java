package dev.secmem.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTest {

  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "1ms,1",
    "90s,90000",
    "10m,600000",
    "9h,32400000",
    "2d,172800000",
    "9223372036854775807ms,9223372036854775807",
    "106751991167d,9223372036828800000",
  })
  void readsANumberAndAUnit(String text, long millis) throws Exception {
    assertEquals(millis, Duration.parseMillis(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m",
        "10",
        "10 m",
        " 10m",
        "10m ",
        "-1m",
        "+1m",
        "1.5h",
        "1h30m",
        "10M",
        "10min",
        "010m",
        "0s",
        "0ms",
        "9223372036854775808ms",
        "106751991168d",
        "99999999999999999999s",
        "１m",
        "ms10"
      })
  void refusesEverythingElse(String text) {
    String message =
        assertThrows(UsageException.class, () -> Duration.parseMillis(text)).getMessage();
    assertEquals(true, message.contains("'" + text + "'"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1ms",
    "999,999ms",
    "1000,1s",
    "59999,59s",
    "60000,1m",
    "61500,1m 1s",
    "3600000,1h",
    "35940000,9h 59m",
    "86400000,1d",
    "2591999999,29d 23h",
  })
  void saysItForPeople(long millis, String text) {
    assertEquals(text, Duration.format(millis));
  }

  @Test
  void whatItSaysOfAWholeUnitCanBeReadBack() throws Exception {
    for (String text : new String[] {"7ms", "42s", "59m", "23h", "30d"}) {
      assertEquals(text, Duration.format(Duration.parseMillis(text)));
    }
  }
}

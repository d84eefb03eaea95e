package dev.secmem.app.cli;

import dev.secmem.api.Syntax;

/**
 * Times as people write them on a command line: a whole number and one unit, {@code 500ms}, {@code
 * 90s}, {@code 10m}, {@code 9h}, {@code 2d}.
 */
public final class Duration {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Duration() {}

  /**
   * The milliseconds that a text means, at least 1.
   *
   * @throws UsageException if it is not a number and a unit, is 0, or is beyond 2^63 milliseconds
   */
  public static long parseMillis(String text) throws UsageException {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long number = Syntax.number(text.substring(0, digits));
    long unit = unitMillis(text.substring(digits));
    if (number == Syntax.NOT_A_NUMBER || unit == 0) {
      throw new UsageException(
          "not a time: '" + text + "'; write a number and a unit: 500ms, 90s, 10m, 9h or 2d");
    }
    if (number == 0) {
      throw new UsageException("a time must be at least 1ms: '" + text + "'");
    }
    if (number > Long.MAX_VALUE / unit) {
      throw new UsageException("too long a time: '" + text + "'");
    }
    return number * unit;
  }

  /** A time for people, by its two largest units: {@code 9h 59m}, {@code 250ms}. */
  public static String format(long millis) {
    if (millis >= DAY) {
      return pair(millis / DAY, "d", millis % DAY / HOUR, "h");
    }
    if (millis >= HOUR) {
      return pair(millis / HOUR, "h", millis % HOUR / MINUTE, "m");
    }
    if (millis >= MINUTE) {
      return pair(millis / MINUTE, "m", millis % MINUTE / SECOND, "s");
    }
    return millis >= SECOND ? millis / SECOND + "s" : millis + "ms";
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    return large + largeUnit + (small == 0 ? "" : " " + small + smallUnit);
  }

  private static long unitMillis(String unit) {
    switch (unit) {
      case "ms":
        return 1;
      case "s":
        return SECOND;
      case "m":
        return MINUTE;
      case "h":
        return HOUR;
      case "d":
        return DAY;
      default:
        return 0;
    }
  }
}

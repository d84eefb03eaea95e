package dev.secmem.app.agent;

import dev.secmem.api.Syntax;
import dev.secmem.app.cli.UsageException;

/**
 * Sizes as people write them on a command line: {@code 4096}, {@code 64k}, {@code 256m}, {@code
 * 1g}.
 */
final class Sizes {
  private Sizes() {}

  /** The bytes that a text means. */
  static long parseBytes(String text) throws UsageException {
    int shift = 0;
    String digits = text;
    if (!text.isEmpty()) {
      shift =
          switch (text.charAt(text.length() - 1)) {
            case 'k', 'K' -> 10;
            case 'm', 'M' -> 20;
            case 'g', 'G' -> 30;
            default -> 0;
          };
      digits = shift == 0 ? text : text.substring(0, text.length() - 1);
    }
    long number = Syntax.number(digits);
    if (number == Syntax.NOT_A_NUMBER || number > Long.MAX_VALUE >> shift) {
      throw new UsageException("not a size: '" + text + "'; write 4096, 64k, 256m or 1g");
    }
    return number << shift;
  }
}

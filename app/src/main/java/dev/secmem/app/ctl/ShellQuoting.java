package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;

/** Words that every shell of POSIX reads as they are meant (XCU 2.2.2, single-quotes). */
final class ShellQuoting {
  private ShellQuoting() {}

  /**
   * Adds the bytes {@code from} to {@code to} of one to another, in single quotes: nothing is
   * special there but the quote itself, for which they are left and entered again.
   *
   * @return false if there is a NUL, which no shell's variable holds; {@code target} is then
   *     incomplete
   */
  static boolean add(LockedBytes source, int from, int to, LockedBytes target)
      throws LinuxException, IOException {
    target.add((byte) '\'');
    for (int i = from; i < to; i++) {
      byte b = source.get(i);
      if (b == 0) {
        return false;
      }
      if (b == '\'') {
        target.add((byte) '\'');
        target.add((byte) '\\');
        target.add((byte) '\'');
      }
      target.add(b);
    }
    target.add((byte) '\'');
    return true;
  }
}

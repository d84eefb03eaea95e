package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The value of {@code NAME=VALUE}, taken byte for byte from the kernel's copy of the command line:
 * the JVM has turned its own copy into characters by the locale, which loses bytes.
 */
final class OperandValue {
  private static final String COMMAND_LINE = "/proc/self/cmdline";

  private OperandValue() {}

  /**
   * Reads the value.
   *
   * @param skippedBytes how much of the operand comes before the value
   * @param wordsAfter how many words stand after the operand
   */
  static Value read(int skippedBytes, int wordsAfter)
      throws LinuxException, IOException, CtlException {
    try (Value line = FileValue.read(COMMAND_LINE)) {
      ByteBuffer bytes = line.bytes();
      int end = bytes.limit() - 1;
      for (int i = 0; i < wordsAfter; i++) {
        end = wordStart(bytes, end) - 1;
      }
      int start = wordStart(bytes, end) + skippedBytes;
      LockedMemory memory = LockedMemory.allocate(Math.max(1, end - start));
      ByteBuffer value = memory.buffer();
      value.put(bytes.slice(start, end - start)).flip();
      return new Value(memory, value);
    }
  }

  /** Where the word begins that the NUL at {@code end} ends. */
  private static int wordStart(ByteBuffer bytes, int end) {
    int start = end;
    while (start > 0 && bytes.get(start - 1) != 0) {
      start--;
    }
    return start;
  }
}

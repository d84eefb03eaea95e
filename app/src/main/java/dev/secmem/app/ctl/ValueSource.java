package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where a value comes from. */
interface ValueSource {
  /** More than this is not a secret but a mistake; the agent's own limit is lower. */
  long MAX_BYTES = 256L << 20;

  /**
   * Reads some bytes into a direct buffer.
   *
   * @return how many, 0 at the end
   */
  int read(ByteBuffer target) throws LinuxException, IOException;

  /**
   * Reads to the end into native memory that grows as needed; what it outgrows is wiped.
   *
   * @return the value, which the caller closes
   */
  static Value readAll(ValueSource source, int firstBytes)
      throws LinuxException, IOException, CtlException {
    LockedMemory memory = LockedMemory.allocate(firstBytes);
    try {
      ByteBuffer buffer = memory.buffer();
      while (true) {
        if (!buffer.hasRemaining()) {
          LockedMemory larger = grow(buffer);
          buffer = larger.buffer().position(buffer.capacity());
          memory.close();
          memory = larger;
        }
        if (source.read(buffer) <= 0) {
          return new Value(memory, buffer.flip());
        }
      }
    } catch (LinuxException | IOException | CtlException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  private static LockedMemory grow(ByteBuffer full) throws LinuxException, CtlException {
    if (full.capacity() >= MAX_BYTES) {
      throw new CtlException(
          ExitCode.TOO_LARGE, "the value is larger than " + (MAX_BYTES >> 20) + " MiB");
    }
    LockedMemory larger = LockedMemory.allocate(2L * full.capacity());
    larger.buffer().put(full.flip());
    return larger;
  }
}

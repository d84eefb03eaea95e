package dev.secmem.app.ctl;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;

/**
 * Native memory for a value: locked into RAM where that is allowed, left out of dumps, wiped by
 * close. Confined.
 */
final class LockedMemory implements AutoCloseable {
  private static boolean said;

  private final NativeMemory memory;

  private LockedMemory(NativeMemory memory) {
    this.memory = memory;
  }

  static LockedMemory allocate(long sizeBytes) throws LinuxException {
    NativeMemory memory = NativeMemory.anonymous(sizeBytes);
    try {
      memory.excludeFromDumps();
      lock(memory);
      return new LockedMemory(memory);
    } catch (LinuxException e) {
      memory.close();
      throw e;
    }
  }

  /** A new buffer over all of it; not to be used after close. */
  ByteBuffer buffer() {
    return memory.buffer();
  }

  @Override
  public void close() {
    memory.close();
  }

  private static void lock(NativeMemory memory) {
    try {
      memory.lock();
    } catch (LinuxException e) {
      // The value is here for milliseconds; refusing to work would cost more than it protects.
      if (!said) {
        said = true;
        Messages.say(
            "note: the value is not locked into RAM and may reach swap: " + e.getMessage());
      }
    }
  }
}

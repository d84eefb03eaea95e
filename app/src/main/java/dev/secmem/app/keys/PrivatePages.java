package dev.secmem.app.keys;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;

/** Pages for secrets that are longer than a slot of the key arena, for the length of one call. */
final class PrivatePages {
  private PrivatePages() {}

  /**
   * Takes pages of the best kind there is, as the key arena does, whose kind the agent reports.
   *
   * @return memory that the caller closes, which wipes it
   */
  static NativeMemory open(long sizeBytes) throws LinuxException {
    try {
      return NativeMemory.secret(sizeBytes);
    } catch (LinuxException e) {
      return openOrdinary(sizeBytes);
    }
  }

  /** The second best kind, whatever the kernel has. */
  static NativeMemory openOrdinary(long sizeBytes) throws LinuxException {
    NativeMemory memory = NativeMemory.guarded(sizeBytes);
    try {
      memory.excludeFromDumps();
      memory.excludeFromForks();
    } catch (LinuxException e) {
      memory.close();
      throw e;
    }
    try {
      memory.lock();
    } catch (LinuxException e) {
      // Not refused: where locking is forbidden the arena has said so, and the host has decided.
      return memory;
    }
    return memory;
  }
}

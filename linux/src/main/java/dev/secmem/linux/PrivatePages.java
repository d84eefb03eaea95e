package dev.secmem.linux;

/**
 * Pages for keys and other secrets of the process's own: memfd_secret(2) where the kernel has it,
 * else locked pages that are left out of dumps and child processes.
 *
 * @param memory the caller's to close, which wipes it
 * @param kind what they really are
 */
public record PrivatePages(NativeMemory memory, KeyArena.Kind kind) {

  /**
   * Takes pages of the best kind that this kernel and the limits allow.
   *
   * @param sizeBytes rounded up to whole pages
   */
  public static PrivatePages open(long sizeBytes) throws LinuxException {
    try {
      return new PrivatePages(NativeMemory.secret(sizeBytes), KeyArena.Kind.MEMFD_SECRET);
    } catch (LinuxException e) {
      return openOrdinary(sizeBytes);
    }
  }

  /** The second best kind, whatever the kernel has. */
  static PrivatePages openOrdinary(long sizeBytes) throws LinuxException {
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
      return new PrivatePages(memory, KeyArena.Kind.MLOCK);
    } catch (LinuxException e) {
      // Not a failure of its own: the kind says what was had, and the host decides.
      return new PrivatePages(memory, KeyArena.Kind.NONE);
    }
  }
}

package dev.secmem.store.heapless;

/** The way to go on where memory cannot be locked. The name is for a search through the source. */
public final class InsecureMemory {
  private InsecureMemory() {}

  /**
   * The same kind of buffers as {@code factory}'s; those that can be neither hidden nor locked are
   * made nevertheless, and may be written to swap. {@link LockedBuffer#protections} tells which.
   */
  public static BufferFactory allowUnlocked(BufferFactory factory) {
    return factory.on(Pages.Wish.ANY);
  }

  /**
   * Lets the key of enclaves, and the buffers that they open into by themselves, lie in memory that
   * is not locked where none can be had. For the whole process, before the first enclave.
   */
  public static void allowUnlockedEnclaves() {
    Session.allowUnlocked();
  }

  /**
   * The same kind of buffers as {@code factory}'s, but in ordinary locked pages, which root and
   * debuggers can read: for a kernel that must not have memfd_secret(2) in use, since a machine
   * cannot hibernate then.
   */
  public static BufferFactory avoidHidden(BufferFactory factory) {
    return factory.on(Pages.Wish.LOCKED);
  }
}

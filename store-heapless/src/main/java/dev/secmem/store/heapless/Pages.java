package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whole pages with an inaccessible one below and above, of the best kind that can be had: hidden
 * from every other process (memfd_secret), else locked, else, only if that is allowed, neither.
 */
final class Pages {
  /** What the pages are. */
  enum Kind {
    SECRET,
    LOCKED,
    UNLOCKED
  }

  /** What the pages must be. */
  enum Wish {
    /** The best, and locked at least. */
    BEST,
    /** Locked, not hidden. */
    LOCKED,
    /** The best, also unlocked where nothing else can be had. */
    ANY,
    /** Unlocked: for ciphertext, which is not worth the limit on locked memory. */
    UNLOCKED
  }

  private static final AtomicBoolean NO_SECRET_MEMORY = new AtomicBoolean();

  final NativeMemory memory;
  final Kind kind;
  final long word;

  private Pages(NativeMemory memory, Kind kind) {
    this.memory = memory;
    this.kind = kind;
    this.word = Canary.word(memory.address());
    Counters.locked(kind == Kind.UNLOCKED ? 0 : memory.sizeBytes());
  }

  /**
   * Maps zeroed, writable pages.
   *
   * @throws PluginException {@code NO_SPACE} with the limit to raise, or what else failed
   */
  static Pages open(long sizeBytes, Wish wish) throws PluginException {
    try {
      return attempt(sizeBytes, wish);
    } catch (LinuxException e) {
      // What is kept for later use must not stand in the way of what is needed now.
      if (!Spares.drop()) {
        return lastResort(sizeBytes, wish, e);
      }
    }
    try {
      return attempt(sizeBytes, wish);
    } catch (LinuxException e) {
      return lastResort(sizeBytes, wish, e);
    }
  }

  private static Pages attempt(long sizeBytes, Wish wish) throws LinuxException {
    if (wish == Wish.UNLOCKED) {
      return ordinary(sizeBytes, false);
    }
    if (wish != Wish.LOCKED && !NO_SECRET_MEMORY.get()) {
      try {
        return new Pages(NativeMemory.secret(sizeBytes), Kind.SECRET);
      } catch (LinuxException e) {
        // Off or missing stays so while the process lives; a limit may be raised.
        if (e.call().equals("syscall") && e.errno() == dev.secmem.linux.Errno.ENOSYS) {
          NO_SECRET_MEMORY.set(true);
        }
      }
    }
    return ordinary(sizeBytes, true);
  }

  private static Pages lastResort(long sizeBytes, Wish wish, LinuxException cause)
      throws PluginException {
    if (wish != Wish.ANY) {
      throw Failure.of(cause);
    }
    try {
      return ordinary(sizeBytes, false);
    } catch (LinuxException e) {
      throw Failure.of(e);
    }
  }

  private static Pages ordinary(long sizeBytes, boolean locked) throws LinuxException {
    NativeMemory memory = NativeMemory.guarded(sizeBytes);
    boolean complete = false;
    try {
      memory.excludeFromDumps();
      memory.excludeFromForks();
      if (locked) {
        memory.lock();
      }
      complete = true;
      return new Pages(memory, locked ? Kind.LOCKED : Kind.UNLOCKED);
    } finally {
      if (!complete) {
        memory.unmap(); // never written: nothing to wipe
      }
    }
  }

  void protect(NativeMemory.Access access) {
    try {
      memory.protect(access);
    } catch (LinuxException e) {
      throw new IllegalStateException("the pages' protection cannot be changed", e);
    }
  }

  /** Wipes and unmaps them. */
  void close() {
    memory.close();
    Counters.locked(kind == Kind.UNLOCKED ? 0 : -memory.sizeBytes());
  }
}

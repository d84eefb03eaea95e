package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ProcessProtection;
import dev.secmem.linux.ResourceLimit;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What concerns the guarded memory of the whole process.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class GuardedMemory {
  private GuardedMemory() {}

  /** What it has done and holds. */
  public static MemoryCounters counters() {
    return Counters.INSTANCE;
  }

  /** Gives Java Flight Recorder the event {@code dev.secmem.GuardedMemory} with the counters. */
  public static void publishToFlightRecorder() {
    MemoryEvent.publish();
  }

  /**
   * Sets who is told when a close finds a canary damaged: the size of the buffer, which is wiped by
   * then. Without one it is logged as an error. The process goes on: ending it is the listener's
   * choice, see {@link Purge#exit}.
   */
  public static void onDamage(IntConsumer listener) {
    Damage.listen(Objects.requireNonNull(listener));
  }

  /**
   * Keeps the creation stack of each buffer from now on, which costs some microseconds, and tells
   * {@code listener} about each one that nobody closed, in a thread of its own. Such a buffer is
   * wiped in any case.
   */
  public static void reportUnclosed(Consumer<UnclosedBuffer> listener) {
    Leaks.listen(Objects.requireNonNull(listener));
  }

  /**
   * No core dumps of this process: its limit becomes 0 and cannot be raised again (RLIMIT_CORE).
   */
  public static void forbidCoreDumps() throws PluginException {
    try {
      ResourceLimit.CORE.set(0, 0);
    } catch (LinuxException e) {
      throw Failure.of(e);
    }
  }

  /** No core dumps, and no debugger of the same uid (PR_SET_DUMPABLE). */
  public static void forbidDebuggers() throws PluginException {
    try {
      ProcessProtection.makeUndumpable();
    } catch (LinuxException e) {
      throw Failure.of(e);
    }
  }
}

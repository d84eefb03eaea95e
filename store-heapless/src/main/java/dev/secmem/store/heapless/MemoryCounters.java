package dev.secmem.store.heapless;

/**
 * What the guarded memory of this process has done and holds.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads; each gives
 * the number of that moment.
 */
public interface MemoryCounters {
  /** Buffers made since the start. */
  long allocated();

  /** Buffers that are not closed. */
  long inUse();

  /** Bytes that this module has locked, spare pages included. */
  long lockedBytes();

  /**
   * The process's limit on locked bytes (RLIMIT_MEMLOCK), -1 for none. A process with CAP_IPC_LOCK
   * is not held to it.
   */
  long lockedBytesAllowed();

  /** Buffers whose canary was found damaged. */
  long damaged();

  /** Buffers that nobody closed and the collector found. */
  long unclosed();

  /** Threads that split session keys anew: 0 before the first enclave, then 1. */
  long timers();
}

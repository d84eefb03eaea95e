package dev.secmem.store.heapless;

/** What may protect a buffer's memory. {@link LockedBuffer#protections} says what really does. */
public enum Protection {
  /** Never written to swap: locked into RAM. */
  LOCKED,
  /** No other process can read it, root and debuggers included (memfd_secret(2)). */
  HIDDEN,
  /** Left out of core dumps. */
  NOT_DUMPED,
  /** Not seen by forked child processes. */
  NOT_FORKED,
  /** An inaccessible page lies directly below its pages and directly above its last byte. */
  GUARDED,
  /** Random bytes beside it are checked by {@link LockedBuffer#verify} and on close. */
  CANARY,
  /** Its pages are inaccessible while nobody reads, and read-only to readers while frozen. */
  CLOSED_AT_REST
}

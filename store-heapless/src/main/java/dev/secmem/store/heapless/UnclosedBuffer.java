package dev.secmem.store.heapless;

/**
 * A buffer that became unreachable without having been closed. It is wiped by then.
 *
 * @param sizeBytes how long its content was
 * @param creation where it was made: the stack of a throwable that was never thrown
 */
public record UnclosedBuffer(int sizeBytes, Throwable creation) {}

package dev.secmem.store.memfd;

/**
 * What one thread is doing in one store; a thread uses the same object again and again. While it
 * runs it is in the list of its stripe, under whose monitor all fields but {@code running} are
 * used.
 */
final class Operation {
  enum Kind {
    PUT,
    READ,
    DELETE
  }

  /** Used by its own thread only: tells a call from inside a callback. */
  boolean running;

  Kind kind;
  long id;
  Operation next;
  Operation previous;
}

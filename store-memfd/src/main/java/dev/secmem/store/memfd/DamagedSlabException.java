package dev.secmem.store.memfd;

/** A slab's bytes are not what a store writes. */
final class DamagedSlabException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedSlabException(String message) {
    super(message);
  }
}

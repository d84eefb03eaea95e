package dev.secmem.store.memfd;

/**
 * Which sizes slots come in: every multiple of a granule up to 1 KiB, then eight steps to each
 * doubling. A slot that was freed fits the next record of its class, and at most an eighth of a
 * large slot is lost.
 */
final class SizeClasses {
  private static final int FINE_GRANULES = 16;

  private SizeClasses() {}

  /** The granules of the slot for a record of {@code length} sealed bytes. */
  static int granules(int length) {
    long bytes = (long) length + Layout.RECORD_HEADER_BYTES;
    int granules = (int) ((bytes + Layout.GRANULE_BYTES - 1) / Layout.GRANULE_BYTES);
    if (granules <= FINE_GRANULES) {
      return granules;
    }
    int step = Integer.highestOneBit(granules - 1) / 8;
    return (granules + step - 1) / step * step;
  }
}

package dev.secmem.api.store;

/**
 * How a store is to be made.
 *
 * @param maxBytes the most memory the store may hold for records, its own headers and rounding
 *     included; more is refused with {@code NO_SPACE}
 */
public record StoreOptions(long maxBytes) {
  public StoreOptions {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes must be positive");
    }
  }
}

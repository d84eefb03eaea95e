package dev.secmem.api.client;

import java.util.Set;

/**
 * Where a client connects and whom it trusts there.
 *
 * @param address the socket's path, or null for the documented default
 * @param trustedUids the uids that may serve at that address; the caller's own and 0 are always
 *     trusted
 * @param timeoutMillis how long a reply may take
 */
public record ClientOptions(String address, Set<Long> trustedUids, long timeoutMillis) {

  /** The default of {@link #timeoutMillis}. */
  public static final long DEFAULT_TIMEOUT_MILLIS = 30_000;

  public ClientOptions {
    trustedUids = Set.copyOf(trustedUids);
    if (timeoutMillis <= 0) {
      throw new IllegalArgumentException("timeoutMillis must be positive");
    }
  }

  /** The agent of the own uid or root at {@code address} (null: the default address). */
  public static ClientOptions at(String address) {
    return new ClientOptions(address, Set.of(), DEFAULT_TIMEOUT_MILLIS);
  }
}

package dev.secmem.api;

import java.util.Objects;

/** Whether a plugin can work here, and if not, what is missing. */
public final class Availability {
  private static final Availability AVAILABLE = new Availability("");

  private final String reason;

  private Availability(String reason) {
    this.reason = reason;
  }

  /** The plugin can work here. */
  public static Availability available() {
    return AVAILABLE;
  }

  /**
   * The plugin cannot work here.
   *
   * @param reason what is missing, as a person would look for it: {@code libcrypto.so.3 not found}
   */
  public static Availability unavailable(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("a reason is needed");
    }
    return new Availability(Objects.requireNonNull(reason));
  }

  public boolean isAvailable() {
    return reason.isEmpty();
  }

  /** What is missing; empty when available. */
  public String reason() {
    return reason;
  }

  @Override
  public String toString() {
    return isAvailable() ? "available" : "unavailable: " + reason;
  }
}

package dev.secmem.tck;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine it runs on. A missing capability skips the test with its reason;
 * with {@code -Dtck.requireAll=true} it fails it instead, so that nothing is left out unnoticed.
 */
public final class Capability {
  private Capability() {}

  /** Goes on only if {@code available}. */
  public static void require(boolean available, String reason) {
    if (available) {
      return;
    }
    if (Boolean.getBoolean("tck.requireAll")) {
      Assertions.fail("tck.requireAll is set and this is missing: " + reason);
    }
    Assumptions.abort(reason);
  }
}

package dev.secmem.api.crypto;

/**
 * The cost of Argon2id (RFC 9106, section 3.1).
 *
 * @param passes over the memory, at least 1
 * @param memoryKib how much memory, in KiB; at least 8 for each lane
 * @param lanes how many threads an attacker could use
 */
public record Argon2Parameters(int passes, int memoryKib, int lanes) {

  /** RFC 9106, section 4, second recommended set: 3 passes over 64 MiB in 4 lanes. */
  public static final Argon2Parameters RFC9106_SECOND = new Argon2Parameters(3, 64 * 1024, 4);

  public Argon2Parameters {
    if (passes < 1 || lanes < 1 || lanes > 0xffffff || memoryKib < 8L * lanes) {
      throw new IllegalArgumentException(
          "passes and lanes are positive, memory is at least 8 KiB for each lane");
    }
  }
}

package dev.secmem.app.ctl;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * Points of NIST P-256 (FIPS 186-5; SP 800-186, 3.2.1.3). They are public: the time that this takes
 * tells nothing.
 */
final class NistPoint {
  private static final int COORDINATE_BYTES = 32;
  private static final BigInteger P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger B =
      new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private NistPoint() {}

  /**
   * From the compressed form to the other (SEC 1, 2.3.3 and 2.3.4).
   *
   * @throws IllegalArgumentException if it is no point of the curve
   */
  static byte[] uncompressed(byte[] compressed) {
    if (compressed.length != 1 + COORDINATE_BYTES || (compressed[0] != 2 && compressed[0] != 3)) {
      throw notAPoint();
    }
    BigInteger x = new BigInteger(1, compressed, 1, COORDINATE_BYTES);
    if (x.compareTo(P) >= 0) {
      throw notAPoint();
    }
    BigInteger square = x.modPow(THREE, P).subtract(x.multiply(THREE)).add(B).mod(P);
    // P is 3 modulo 4: a square's root is this power of it.
    BigInteger y = square.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
    if (!y.modPow(BigInteger.TWO, P).equals(square)) {
      throw notAPoint();
    }
    if (y.testBit(0) != (compressed[0] == 3)) {
      y = P.subtract(y);
    }
    ByteBuffer point = ByteBuffer.allocate(1 + 2 * COORDINATE_BYTES);
    point.put((byte) 4).put(compressed, 1, COORDINATE_BYTES);
    byte[] digits = y.toByteArray();
    // A sign byte in front, or fewer bytes than a coordinate has.
    int from = Math.max(0, digits.length - COORDINATE_BYTES);
    int count = digits.length - from;
    point.position(point.capacity() - count).put(digits, from, count);
    return point.array();
  }

  private static IllegalArgumentException notAPoint() {
    return new IllegalArgumentException("the key is no point of NIST P-256");
  }
}

package dev.secmem.api.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The orders of the curves' groups (SEC 2, 2.4.1; FIPS 186-5 by SP 800-186, 3.2.1.3). */
final class CurveOrder {
  private static final byte[] SECP256K1 =
      HexFormat.of().parseHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  private static final byte[] NIST256P1 =
      HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

  private CurveOrder() {}

  static BigInteger of(KeyType curve) {
    return new BigInteger(1, bytes(curve));
  }

  /**
   * Whether 32 bytes are a number below the order. In a time that does not depend on them: every
   * byte is subtracted, and only what was borrowed at the end counts.
   */
  static boolean isBelow(KeyType curve, ByteBuffer number) {
    byte[] order = bytes(curve);
    int at = number.position();
    int borrow = 0;
    for (int i = order.length - 1; i >= 0; i--) {
      int difference = (number.get(at + i) & 0xff) - (order[i] & 0xff) - borrow;
      borrow = difference >>> 31;
    }
    return borrow == 1;
  }

  /** Whether 32 bytes are zero, likewise. */
  static boolean isZero(ByteBuffer number) {
    int seen = 0;
    for (int i = number.position(); i < number.limit(); i++) {
      seen |= number.get(i);
    }
    return seen == 0;
  }

  private static byte[] bytes(KeyType curve) {
    return switch (curve) {
      case SECP256K1 -> SECP256K1;
      case NIST256P1 -> NIST256P1;
      case ED25519 -> throw new IllegalArgumentException("Ed25519 keys are no numbers of a curve");
    };
  }
}

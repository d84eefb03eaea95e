package dev.secmem.api.crypto;

import java.math.BigInteger;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * An ECDSA signature and its DER form (RFC 3279, section 2.2.3), for plugin authors. It is public,
 * so it may lie on the heap.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 *
 * @param r not negative
 * @param s not negative
 */
public record EcdsaSignature(BigInteger r, BigInteger s) {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int HEADER_BYTES = 2;

  /** A number below 2^256, and a zero before it where it would look negative. */
  private static final int MAX_INTEGER_BYTES = 33;

  public EcdsaSignature {
    if (r.signum() < 0 || s.signum() < 0) {
      throw new IllegalArgumentException("r and s are not negative");
    }
  }

  /**
   * Reads strict DER: one form for each signature, nothing after it.
   *
   * @param der read from position to limit; its position stays
   * @return null if it is none
   */
  public static EcdsaSignature parse(ByteBuffer der) {
    ByteBuffer in = der.slice();
    if (in.remaining() < HEADER_BYTES
        || in.get() != SEQUENCE
        || (in.get() & 0xff) != in.remaining()) {
      return null;
    }
    BigInteger r = readInteger(in);
    BigInteger s = r == null ? null : readInteger(in);
    return s == null || in.hasRemaining() ? null : new EcdsaSignature(r, s);
  }

  private static BigInteger readInteger(ByteBuffer in) {
    if (in.remaining() < HEADER_BYTES || in.get() != INTEGER) {
      return null;
    }
    int length = in.get() & 0xff;
    if (length == 0 || length > MAX_INTEGER_BYTES || length > in.remaining()) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    boolean negative = bytes[0] < 0;
    boolean padded = length > 1 && bytes[0] == 0 && bytes[1] >= 0;
    return negative || padded ? null : new BigInteger(bytes);
  }

  /**
   * The same signature with the lower of its two valid s: of s and order - s, so that nobody can
   * make a second valid signature out of one (BIP 62, BIP 146).
   */
  public EcdsaSignature withLowS(KeyType curve) {
    BigInteger order = CurveOrder.of(curve);
    return s.compareTo(order.shiftRight(1)) > 0 ? new EcdsaSignature(r, order.subtract(s)) : this;
  }

  /**
   * Writes it as DER.
   *
   * @throws BufferOverflowException if it has no room, with nothing written; {@link
   *     KeyDerivation#MAX_SIGNATURE_BYTES} are always enough for one of a {@link KeyType}
   */
  public void put(ByteBuffer target) {
    byte[] first = r.toByteArray();
    byte[] second = s.toByteArray();
    int content = 2 * HEADER_BYTES + first.length + second.length;
    if (target.remaining() < HEADER_BYTES + content) {
      throw new BufferOverflowException();
    }
    target.put((byte) SEQUENCE).put((byte) content);
    target.put((byte) INTEGER).put((byte) first.length).put(first);
    target.put((byte) INTEGER).put((byte) second.length).put(second);
  }
}

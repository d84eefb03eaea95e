package dev.secmem.tck;

import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyType;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A curve by schoolbook arithmetic, neither fast nor constant in time: the JDK has no secp256k1.
 */
final class FakeCurve {
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private final BigInteger prime;
  private final BigInteger a;
  private final BigInteger b;
  private final BigInteger order;
  private final Point base;

  /** Each point with its doublings: a few keys are used over and over. */
  private final Map<Point, List<Point>> doubled = new ConcurrentHashMap<>();

  /** A point in affine coordinates; null is the one at infinity. */
  private record Point(BigInteger x, BigInteger y) {}

  FakeCurve(KeyType type) {
    boolean nist = type == KeyType.NIST256P1;
    prime =
        number(
            nist
                ? "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
                : "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    a = nist ? BigInteger.valueOf(-3) : BigInteger.ZERO;
    b =
        nist
            ? number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")
            : BigInteger.valueOf(7);
    order = KeyDerivationReference.order(type);
    base =
        decode(
            KeyDerivationAnswers.hex(
                nist
                    ? "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                    : "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
  }

  BigInteger order() {
    return order;
  }

  byte[] publicKey(BigInteger scalar) {
    Point point = multiply(base, scalar);
    if (point == null) {
      return new byte[33];
    }
    byte[] prefix = {(byte) (point.y.testBit(0) ? 3 : 2)};
    return KeyDerivationReference.concat(prefix, KeyDerivationReference.bytes32(point.x));
  }

  /** Signs with a nonce that is the hash of key and message: enough for a fake. */
  EcdsaSignature sign(BigInteger key, byte[] message) {
    BigInteger nonce = hash(KeyDerivationReference.concat(key.toByteArray(), message)).mod(order);
    BigInteger r = multiply(base, nonce).x.mod(order);
    BigInteger s = nonce.modInverse(order).multiply(hash(message).add(r.multiply(key))).mod(order);
    return new EcdsaSignature(r, s);
  }

  boolean verify(byte[] publicKey, byte[] message, EcdsaSignature signature) {
    Point key = decode(publicKey);
    if (key == null || !inRange(signature.r()) || !inRange(signature.s())) {
      return false;
    }
    BigInteger inverse = signature.s().modInverse(order);
    Point first = multiply(base, hash(message).multiply(inverse).mod(order));
    Point second = multiply(key, signature.r().multiply(inverse).mod(order));
    Point sum = add(first, second);
    return sum != null && sum.x.mod(order).equals(signature.r());
  }

  private boolean inRange(BigInteger number) {
    return number.signum() > 0 && number.compareTo(order) < 0;
  }

  private Point decode(byte[] compressed) {
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(compressed, 1, 33));
    BigInteger square = x.pow(3).add(a.multiply(x)).add(b).mod(prime);
    BigInteger y = square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
    boolean onCurve = x.compareTo(prime) < 0 && y.multiply(y).mod(prime).equals(square);
    if (!onCurve || (compressed[0] != 2 && compressed[0] != 3)) {
      return null;
    }
    return new Point(x, y.testBit(0) == (compressed[0] == 3) ? y : prime.subtract(y));
  }

  private Point multiply(Point point, BigInteger scalar) {
    List<Point> powers = doubled.computeIfAbsent(point, this::doublings);
    Point sum = null;
    for (int i = 0; i < scalar.bitLength(); i++) {
      if (scalar.testBit(i)) {
        sum = add(sum, powers.get(i));
      }
    }
    return sum;
  }

  private List<Point> doublings(Point point) {
    List<Point> powers = new ArrayList<>();
    Point power = point;
    for (int i = 0; i < Byte.SIZE * 32; i++) {
      powers.add(power);
      power = add(power, power);
    }
    return powers;
  }

  private Point add(Point p, Point q) {
    if (p == null || q == null) {
      return p == null ? q : p;
    }
    BigInteger slope;
    if (!p.x.equals(q.x)) {
      slope = q.y.subtract(p.y).multiply(q.x.subtract(p.x).modInverse(prime));
    } else if (p.y.equals(q.y)) {
      slope = THREE.multiply(p.x.pow(2)).add(a).multiply(p.y.shiftLeft(1).modInverse(prime));
    } else {
      return null;
    }
    BigInteger x = slope.multiply(slope).subtract(p.x).subtract(q.x).mod(prime);
    return new Point(x, slope.multiply(p.x.subtract(x)).subtract(p.y).mod(prime));
  }

  private static BigInteger hash(byte[] message) {
    try {
      return new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(message));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static BigInteger number(String hex) {
    return new BigInteger(hex, 16);
  }
}

package dev.secmem.crypto.bc;

import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.raw.Nat256;
import org.bouncycastle.util.Pack;

/**
 * One curve and what is computed with its private keys. Those become {@link BigInteger}s on the
 * way, which nobody can wipe.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class BcCurve {
  private static final int WORDS = 8;

  private final KeyType type;
  private final ECDomainParameters domain;

  BcCurve(KeyType type) {
    this.type = type;
    X9ECParameters curve =
        CustomNamedCurves.getByName(type == KeyType.NIST256P1 ? "secp256r1" : "secp256k1");
    domain = new ECDomainParameters(curve);
  }

  /** The compressed point of a private key. */
  byte[] publicKey(byte[] privateKey) {
    BigInteger scalar = new BigInteger(1, privateKey);
    ECPoint point = new FixedPointCombMultiplier().multiply(domain.getG(), scalar);
    return point.normalize().getEncoded(true);
  }

  /**
   * Adds two numbers below the order, modulo it, on arrays that are wiped.
   *
   * @return false, with nothing written, if the sum is 0
   */
  boolean add(byte[] tweak, byte[] privateKey, byte[] sum) {
    int[] first = words(tweak);
    int[] second = words(privateKey);
    int[] result = new int[WORDS];
    try {
      int[] order = Nat256.fromBigInteger(domain.getN());
      int carry = Nat256.add(first, second, result);
      if (carry != 0 || Nat256.gte(result, order)) {
        Nat256.subFrom(order, result);
      }
      if (Nat256.isZero(result)) {
        return false;
      }
      for (int i = 0; i < WORDS; i++) {
        Pack.intToBigEndian(result[WORDS - 1 - i], sum, Integer.BYTES * i);
      }
      return true;
    } finally {
      Arrays.fill(first, 0);
      Arrays.fill(second, 0);
      Arrays.fill(result, 0);
    }
  }

  /** Signs with the nonce of RFC 6979 and the lower s. */
  EcdsaSignature sign(byte[] privateKey, byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(new BigInteger(1, privateKey), domain));
    BigInteger[] made = signer.generateSignature(hash(message));
    return new EcdsaSignature(made[0], made[1]).withLowS(type);
  }

  boolean verify(byte[] publicKey, byte[] message, EcdsaSignature signature) {
    ECPoint point;
    try {
      point = domain.validatePublicPoint(domain.getCurve().decodePoint(publicKey));
    } catch (IllegalArgumentException e) {
      // No point of the curve.
      return false;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(point, domain));
    return verifier.verifySignature(hash(message), signature.r(), signature.s());
  }

  private static byte[] hash(byte[] message) {
    SHA256Digest digest = new SHA256Digest();
    byte[] hash = new byte[KeyDerivation.SHA256_BYTES];
    digest.update(message, 0, message.length);
    digest.doFinal(hash, 0);
    return hash;
  }

  /** A big-endian number as Bouncy Castle's words, the lowest first. */
  private static int[] words(byte[] number) {
    int[] words = new int[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[WORDS - 1 - i] = Pack.bigEndianToInt(number, Integer.BYTES * i);
    }
    return words;
  }
}

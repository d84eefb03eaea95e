package dev.secmem.tck;

import dev.secmem.api.crypto.KeyType;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the functions of key derivation should give: the JDK's own, for all it has. */
final class KeyDerivationReference {
  private static final byte[] ED25519_PRIVATE =
      KeyDerivationAnswers.hex("302e020100300506032b657004220420");
  private static final byte[] ED25519_PUBLIC = KeyDerivationAnswers.hex("302a300506032b6570032100");

  private KeyDerivationReference() {}

  /** The order of a curve. */
  static BigInteger order(KeyType curve) {
    return new BigInteger(
        curve == KeyType.NIST256P1
            ? "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
            : "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        16);
  }

  /** A number below 2^256 as 32 bytes. */
  static byte[] bytes32(BigInteger number) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[32];
    int length = Math.min(32, signed.length);
    System.arraycopy(signed, signed.length - length, bytes, 32 - length, length);
    return bytes;
  }

  static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    // The JDK refuses an empty key; HMAC pads every short one with zeroes.
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA512"));
    return mac.doFinal(message);
  }

  /** Composed as RFC 8018, 5.2 says. */
  static byte[] pbkdf2(byte[] password, byte[] salt, int iterations, int length)
      throws GeneralSecurityException {
    byte[] derived = new byte[0];
    for (int block = 1; derived.length < length; block++) {
      byte[] next = hmac(password, concat(salt, new byte[] {0, 0, 0, (byte) block}));
      byte[] sum = next.clone();
      for (int i = 1; i < iterations; i++) {
        next = hmac(password, next);
        for (int j = 0; j < sum.length; j++) {
          sum[j] ^= next[j];
        }
      }
      derived = concat(derived, sum);
    }
    return Arrays.copyOf(derived, length);
  }

  /** Composed as RFC 5869, 2 says. */
  static byte[] hkdf(byte[] keyMaterial, byte[] salt, byte[] info, int length)
      throws GeneralSecurityException {
    byte[] key = hmac(salt, keyMaterial);
    byte[] derived = new byte[0];
    byte[] last = new byte[0];
    for (int i = 1; derived.length < length; i++) {
      last = hmac(key, concat(concat(last, info), new byte[] {(byte) i}));
      derived = concat(derived, last);
    }
    return Arrays.copyOf(derived, length);
  }

  static byte[] signEd25519(byte[] privateKey, byte[] message) throws GeneralSecurityException {
    return sign(
        "Ed25519",
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(concat(ED25519_PRIVATE, privateKey))),
        message);
  }

  static boolean verifyEd25519(byte[] publicKey, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    PublicKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(concat(ED25519_PUBLIC, publicKey)));
    return verify("Ed25519", key, message, signature);
  }

  static byte[] signP256(byte[] privateKey, byte[] message) throws GeneralSecurityException {
    BigInteger scalar = new BigInteger(1, privateKey);
    PrivateKey key =
        KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, p256()));
    return sign("SHA256withECDSA", key, message);
  }

  static boolean verifyP256(byte[] publicKey, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    ECParameterSpec curve = p256();
    PublicKey key =
        KeyFactory.getInstance("EC")
            .generatePublic(new ECPublicKeySpec(pointOf(publicKey, curve), curve));
    return verify("SHA256withECDSA", key, message, signature);
  }

  static ECParameterSpec p256() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  /** SEC 1, 2.3.4; the curve's prime is 3 modulo 4. */
  private static ECPoint pointOf(byte[] compressed, ECParameterSpec curve) {
    BigInteger prime = ((ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(compressed, 1, compressed.length));
    BigInteger square =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(prime);
    BigInteger y = square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
    return new ECPoint(x, y.testBit(0) == (compressed[0] == 3) ? y : prime.subtract(y));
  }

  private static byte[] sign(String algorithm, PrivateKey key, byte[] message)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  private static boolean verify(String algorithm, PublicKey key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}

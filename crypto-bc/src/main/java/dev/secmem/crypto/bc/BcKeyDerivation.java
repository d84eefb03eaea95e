package dev.secmem.crypto.bc;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationChecks;
import dev.secmem.api.crypto.KeyType;
import java.nio.ByteBuffer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Key derivation by Bouncy Castle's lightweight API.
 *
 * <p>Every array made here is wiped before a call returns, and so is Argon2id's working memory.
 * What stays on the heap until the collector overwrites it: the states of hashes and the padded
 * keys of HMAC, by PBKDF2, HKDF and RFC 6979, too; HKDF's copies of its input and its first key;
 * Ed25519's hash of a private key; private keys of the curves and nonces as {@code BigInteger}s;
 * Argon2id's first hash and last block; and what the collector copied when it moved an array during
 * a call.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class BcKeyDerivation implements KeyDerivation {
  /** What Bouncy Castle takes at most, unless a property lowers it. */
  private static final int MAX_ARGON2_KIB = 1 << 24;

  private static final int BLOCK_BYTES = 1024;

  private final BcCurve secp256k1 = new BcCurve(KeyType.SECP256K1);
  private final BcCurve nist256p1 = new BcCurve(KeyType.NIST256P1);

  BcKeyDerivation() {}

  @Override
  public void sha256(ByteBuffer message, ByteBuffer digest) {
    KeyDerivationChecks.checkSha256(message, digest);
    try (HeapCopies copies = new HeapCopies()) {
      byte[] input = copies.of(message);
      byte[] output = copies.array(SHA256_BYTES);
      SHA256Digest sha256 = new SHA256Digest();
      sha256.update(input, 0, input.length);
      sha256.doFinal(output, 0);
      digest.put(output);
    }
  }

  @Override
  public void hmacSha512(ByteBuffer key, ByteBuffer message, ByteBuffer mac) {
    KeyDerivationChecks.checkHmacSha512(key, message, mac);
    try (HeapCopies copies = new HeapCopies()) {
      byte[] input = copies.of(message);
      byte[] output = copies.array(SHA512_BYTES);
      KeyParameter parameter = new KeyParameter(copies.of(key));
      copies.wipeLater(parameter.getKey());
      HMac hmac = new HMac(new SHA512Digest());
      hmac.init(parameter);
      hmac.update(input, 0, input.length);
      hmac.doFinal(output, 0);
      mac.put(output);
    }
  }

  @Override
  public void pbkdf2HmacSha512(
      ByteBuffer password, ByteBuffer salt, int iterations, ByteBuffer derived) {
    KeyDerivationChecks.checkPbkdf2HmacSha512(password, salt, iterations, derived);
    try (HeapCopies copies = new HeapCopies()) {
      PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA512Digest());
      generator.init(copies.of(password), copies.of(salt), iterations);
      int bits = Math.multiplyExact(Byte.SIZE, derived.remaining());
      KeyParameter made = (KeyParameter) generator.generateDerivedMacParameters(bits);
      derived.put(copies.wipeLater(made.getKey()));
    }
  }

  @Override
  public void hkdfSha512(
      ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer info, ByteBuffer derived) {
    KeyDerivationChecks.checkHkdfSha512(keyMaterial, salt, info, derived);
    try (HeapCopies copies = new HeapCopies()) {
      HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA512Digest());
      generator.init(new HKDFParameters(copies.of(keyMaterial), copies.of(salt), copies.of(info)));
      byte[] output = copies.array(derived.remaining());
      generator.generateBytes(output, 0, output.length);
      derived.put(output);
    }
  }

  @Override
  public void argon2id(
      ByteBuffer password, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer derived)
      throws PluginException {
    KeyDerivationChecks.checkArgon2id(password, salt, parameters, derived);
    int memoryKib = parameters.memoryKib();
    // Looked at first: a heap that runs full is felt by every other thread.
    if (memoryKib > MAX_ARGON2_KIB
        || (long) memoryKib * BLOCK_BYTES > Runtime.getRuntime().maxMemory()) {
      throw noSpace(memoryKib, null);
    }
    try (HeapCopies copies = new HeapCopies();
        Argon2Blocks blocks = new Argon2Blocks(memoryKib)) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new org.bouncycastle.crypto.params.Argon2Parameters.Builder(
                  org.bouncycastle.crypto.params.Argon2Parameters.ARGON2_id)
              .withVersion(org.bouncycastle.crypto.params.Argon2Parameters.ARGON2_VERSION_13)
              .withIterations(parameters.passes())
              .withMemoryAsKB(memoryKib)
              .withParallelism(parameters.lanes())
              .withSalt(copies.of(salt))
              .withBlockPool(blocks)
              .build());
      byte[] output = copies.array(derived.remaining());
      generator.generateBytes(copies.of(password), output, 0, output.length);
      derived.put(output);
    } catch (OutOfMemoryError e) {
      throw noSpace(memoryKib, e);
    }
  }

  private static PluginException noSpace(int memoryKib, OutOfMemoryError cause) {
    return new PluginException(
        PluginException.Reason.NO_SPACE,
        "kdf(bc): the Java heap has no room for Argon2id's " + memoryKib + " KiB",
        cause);
  }

  @Override
  public boolean isPrivateKey(KeyType type, ByteBuffer candidate) {
    return KeyDerivationChecks.isPrivateKey(type, candidate);
  }

  @Override
  public boolean addPrivateKeys(
      KeyType type, ByteBuffer tweak, ByteBuffer privateKey, ByteBuffer sum) {
    if (!KeyDerivationChecks.checkAddPrivateKeys(type, tweak, privateKey, sum)) {
      return false;
    }
    try (HeapCopies copies = new HeapCopies()) {
      byte[] output = copies.array(PRIVATE_KEY_BYTES);
      boolean made = curve(type).add(copies.of(tweak), copies.of(privateKey), output);
      if (made) {
        sum.put(output);
      }
      return made;
    }
  }

  @Override
  public void publicKey(KeyType type, ByteBuffer privateKey, ByteBuffer publicKey) {
    KeyDerivationChecks.checkPublicKey(type, privateKey, publicKey);
    try (HeapCopies copies = new HeapCopies()) {
      byte[] secret = copies.of(privateKey);
      if (type == KeyType.ED25519) {
        byte[] made = new byte[type.publicKeyBytes()];
        Ed25519.generatePublicKey(secret, 0, made, 0);
        publicKey.put(made);
      } else {
        publicKey.put(curve(type).publicKey(secret));
      }
    }
  }

  @Override
  public void sign(
      KeyType type,
      ByteBuffer privateKey,
      ByteBuffer publicKey,
      ByteBuffer message,
      ByteBuffer signature) {
    KeyDerivationChecks.checkSign(type, privateKey, publicKey, message, signature);
    try (HeapCopies copies = new HeapCopies()) {
      byte[] secret = copies.of(privateKey);
      byte[] input = copies.of(message);
      if (type == KeyType.ED25519) {
        byte[] made = new byte[ED25519_SIGNATURE_BYTES];
        Ed25519.sign(secret, 0, copies.of(publicKey), 0, input, 0, input.length, made, 0);
        signature.put(made);
      } else {
        curve(type).sign(secret, input).put(signature);
      }
    }
  }

  @Override
  public boolean verify(
      KeyType type, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature) {
    KeyDerivationChecks.checkVerify(type, publicKey, message, signature);
    try (HeapCopies copies = new HeapCopies()) {
      byte[] key = copies.of(publicKey);
      byte[] input = copies.of(message);
      if (type == KeyType.ED25519) {
        return signature.remaining() == ED25519_SIGNATURE_BYTES
            && Ed25519.verify(copies.of(signature), 0, key, 0, input, 0, input.length);
      }
      EcdsaSignature parsed = EcdsaSignature.parse(signature);
      return parsed != null && curve(type).verify(key, input, parsed);
    }
  }

  private BcCurve curve(KeyType type) {
    return type == KeyType.NIST256P1 ? nist256p1 : secp256k1;
  }

  @Override
  public String toString() {
    return "key derivation by Bouncy Castle";
  }
}

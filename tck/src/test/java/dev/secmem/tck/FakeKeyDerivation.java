package dev.secmem.tck;

import static dev.secmem.tck.AesGcmReference.bytes;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.EcdsaSignature;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyDerivationChecks;
import dev.secmem.api.crypto.KeyType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Key derivation on the heap that keeps every rule but the one it is told to break. */
final class FakeKeyDerivation implements KeyDerivation {
  private final FakeCurve secp256k1 = new FakeCurve(KeyType.SECP256K1);
  private final FakeCurve nist256p1 = new FakeCurve(KeyType.NIST256P1);
  private final String broken;
  private volatile byte[] shared;

  FakeKeyDerivation(String broken) {
    this.broken = broken;
  }

  private boolean breaks(String rule) {
    return rule.equals(broken);
  }

  private interface Work {
    byte[] run() throws GeneralSecurityException;
  }

  private static byte[] made(Work work) {
    try {
      return work.run();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void sha256(ByteBuffer message, ByteBuffer digest) {
    if (breaks("KD-05") && digest.hasRemaining()) {
      digest.put(digest.position(), (byte) 0);
    }
    KeyDerivationChecks.checkSha256(message, digest);
    byte[] hash = made(() -> MessageDigest.getInstance("SHA-256").digest(bytes(message)));
    if (breaks("KD-09")) {
      hash[31] ^= 1;
    }
    digest.put(hash);
    if (breaks("KD-04")) {
      digest.position(digest.limit());
    }
  }

  @Override
  public void hmacSha512(ByteBuffer key, ByteBuffer message, ByteBuffer mac) {
    if (!breaks("KD-02")) {
      KeyDerivationChecks.checkHmacSha512(key, message, mac);
    }
    if (breaks("KD-10") && !key.hasRemaining()) {
      throw new IllegalArgumentException("an empty key");
    }
    byte[] own = bytes(key);
    shared = own;
    if (breaks("KD-01")) {
      LockSupport.parkNanos(5_000_000);
    }
    byte[] used = breaks("KD-01") ? shared : own;
    byte[] made = made(() -> KeyDerivationReference.hmac(used, bytes(message)));
    if (breaks("KD-08") && message.remaining() > 20) {
      made[0] ^= 1;
    }
    mac.put(made);
    if (breaks("KD-03")) {
      message.position(message.limit());
    }
  }

  @Override
  public void pbkdf2HmacSha512(
      ByteBuffer password, ByteBuffer salt, int iterations, ByteBuffer derived) {
    int rounds = breaks("KD-11") ? Math.max(1, iterations) : iterations;
    KeyDerivationChecks.checkPbkdf2HmacSha512(password, salt, rounds, derived);
    int length = derived.remaining();
    derived.put(
        made(() -> KeyDerivationReference.pbkdf2(bytes(password), bytes(salt), rounds, length)));
  }

  @Override
  public void hkdfSha512(
      ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer info, ByteBuffer derived) {
    KeyDerivationChecks.checkHkdfSha512(keyMaterial, salt, info, derived);
    byte[] label = breaks("KD-12") ? Arrays.copyOf(bytes(info), 10) : bytes(info);
    int length = derived.remaining();
    derived.put(
        made(() -> KeyDerivationReference.hkdf(bytes(keyMaterial), bytes(salt), label, length)));
  }

  @Override
  public void argon2id(
      ByteBuffer password, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer derived)
      throws PluginException {
    KeyDerivationChecks.checkArgon2id(password, salt, parameters, derived);
    if (!breaks("KD-13")) {
      throw new PluginException(PluginException.Reason.UNAVAILABLE, "kdf(fake): no Argon2id");
    }
    derived.put(new byte[derived.remaining()]);
  }

  @Override
  public boolean isPrivateKey(KeyType type, ByteBuffer candidate) {
    if (breaks("KD-06") && candidate.remaining() != PRIVATE_KEY_BYTES) {
      return false;
    }
    boolean valid = KeyDerivationChecks.isPrivateKey(type, candidate);
    return valid || breaks("KD-14") && number(candidate).equals(curve(type).order());
  }

  @Override
  public boolean addPrivateKeys(
      KeyType type, ByteBuffer tweak, ByteBuffer privateKey, ByteBuffer sum) {
    if (!KeyDerivationChecks.checkAddPrivateKeys(type, tweak, privateKey, sum)) {
      return false;
    }
    BigInteger result = number(tweak).add(number(privateKey)).mod(curve(type).order());
    if (result.signum() == 0 && !breaks("KD-15")) {
      return false;
    }
    sum.put(KeyDerivationReference.bytes32(result));
    return true;
  }

  @Override
  public void publicKey(KeyType type, ByteBuffer privateKey, ByteBuffer publicKey) {
    if (!breaks("KD-07")) {
      KeyDerivationChecks.checkPublicKey(type, privateKey, publicKey);
    }
    byte[] made =
        type == KeyType.ED25519
            ? made(() -> ed25519(bytes(privateKey)))
            : curve(type).publicKey(number(privateKey));
    if (breaks("KD-16") && type != KeyType.ED25519) {
      made[0] = 2;
    }
    publicKey.put(made);
  }

  @Override
  public void sign(
      KeyType type,
      ByteBuffer privateKey,
      ByteBuffer publicKey,
      ByteBuffer message,
      ByteBuffer signature) {
    KeyDerivationChecks.checkSign(type, privateKey, publicKey, message, signature);
    if (type == KeyType.ED25519) {
      signature.put(
          made(() -> KeyDerivationReference.signEd25519(bytes(privateKey), bytes(message))));
      return;
    }
    EcdsaSignature made = curve(type).sign(number(privateKey), bytes(message));
    (breaks("KD-17") ? made : made.withLowS(type)).put(signature);
  }

  @Override
  public boolean verify(
      KeyType type, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature) {
    KeyDerivationChecks.checkVerify(type, publicKey, message, signature);
    if (type == KeyType.ED25519) {
      return verifyEd25519(bytes(publicKey), bytes(message), bytes(signature));
    }
    EcdsaSignature parsed = EcdsaSignature.parse(signature);
    boolean refused = breaks("KD-18") && parsed != null && parsed.withLowS(type) != parsed;
    return parsed != null
        && !refused
        && curve(type).verify(bytes(publicKey), bytes(message), parsed);
  }

  private static boolean verifyEd25519(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      // JDK 17 takes a signature with more bytes after it.
      return signature.length == ED25519_SIGNATURE_BYTES
          && KeyDerivationReference.verifyEd25519(publicKey, message, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The public key of a seed: a generator whose random source is the seed makes that pair. */
  private static byte[] ed25519(byte[] seed) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new FixedRandom(seed));
    byte[] encoded = generator.generateKeyPair().getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] seed;

    FixedRandom(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }

  private static BigInteger number(ByteBuffer buffer) {
    return new BigInteger(1, bytes(buffer));
  }

  private FakeCurve curve(KeyType type) {
    return type == KeyType.NIST256P1 ? nist256p1 : secp256k1;
  }
}

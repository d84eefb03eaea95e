package dev.secmem.api.crypto;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The checks that every {@link KeyDerivation} owes its arguments. For plugin authors: with these,
 * all providers refuse the same things in the same order: what is null, what is not direct, an
 * output that is read-only, values and lengths, private keys, too little room.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class KeyDerivationChecks {
  private static final int MIN_ARGON2_SALT_BYTES = 8;
  private static final int MIN_ARGON2_KEY_BYTES = 4;

  private KeyDerivationChecks() {}

  /** Refuses what {@link KeyDerivation#sha256} cannot take. */
  public static void checkSha256(ByteBuffer message, ByteBuffer digest) {
    requireInput(message);
    requireOutput(digest);
    requireRoom(digest, KeyDerivation.SHA256_BYTES);
  }

  /** Refuses what {@link KeyDerivation#hmacSha512} cannot take. */
  public static void checkHmacSha512(ByteBuffer key, ByteBuffer message, ByteBuffer mac) {
    requireInput(key, message);
    requireOutput(mac);
    requireRoom(mac, KeyDerivation.SHA512_BYTES);
  }

  /** Refuses what {@link KeyDerivation#pbkdf2HmacSha512} cannot take. */
  public static void checkPbkdf2HmacSha512(
      ByteBuffer password, ByteBuffer salt, int iterations, ByteBuffer derived) {
    requireInput(password, salt);
    requireOutput(derived);
    require(iterations >= 1, "iterations must be at least 1");
    require(derived.hasRemaining(), "no key is that short");
  }

  /** Refuses what {@link KeyDerivation#hkdfSha512} cannot take. */
  public static void checkHkdfSha512(
      ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer info, ByteBuffer derived) {
    requireInput(keyMaterial, salt, info);
    requireOutput(derived);
    require(
        info.remaining() <= KeyDerivation.MAX_HKDF_INFO_BYTES,
        "info is at most " + KeyDerivation.MAX_HKDF_INFO_BYTES + " bytes");
    require(
        derived.hasRemaining() && derived.remaining() <= KeyDerivation.MAX_HKDF_BYTES,
        "a key has 1 to " + KeyDerivation.MAX_HKDF_BYTES + " bytes");
  }

  /** Refuses what {@link KeyDerivation#argon2id} cannot take. */
  public static void checkArgon2id(
      ByteBuffer password, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer derived) {
    requireInput(password, salt);
    Objects.requireNonNull(parameters);
    requireOutput(derived);
    require(salt.remaining() >= MIN_ARGON2_SALT_BYTES, "salt has at least 8 bytes");
    require(derived.remaining() >= MIN_ARGON2_KEY_BYTES, "a key has at least 4 bytes");
  }

  /**
   * What {@link KeyDerivation#isPrivateKey} is to answer, in a time that depends on nothing but the
   * type.
   */
  public static boolean isPrivateKey(KeyType type, ByteBuffer candidate) {
    Objects.requireNonNull(type);
    requireInput(candidate);
    requireLength(candidate, KeyDerivation.PRIVATE_KEY_BYTES, "a private key");
    return type == KeyType.ED25519
        || CurveOrder.isBelow(type, candidate) & !CurveOrder.isZero(candidate);
  }

  /**
   * Refuses what {@link KeyDerivation#addPrivateKeys} cannot take.
   *
   * @return whether the tweak is below the order; if not, there is no sum
   */
  public static boolean checkAddPrivateKeys(
      KeyType type, ByteBuffer tweak, ByteBuffer privateKey, ByteBuffer sum) {
    Objects.requireNonNull(type);
    requireInput(tweak, privateKey);
    requireOutput(sum);
    require(type != KeyType.ED25519, "Ed25519 keys cannot be added");
    requireLength(tweak, KeyDerivation.PRIVATE_KEY_BYTES, "a tweak");
    requirePrivateKey(type, privateKey);
    requireRoom(sum, KeyDerivation.PRIVATE_KEY_BYTES);
    return CurveOrder.isBelow(type, tweak);
  }

  /** Refuses what {@link KeyDerivation#publicKey} cannot take. */
  public static void checkPublicKey(KeyType type, ByteBuffer privateKey, ByteBuffer publicKey) {
    Objects.requireNonNull(type);
    requireInput(privateKey);
    requireOutput(publicKey);
    requirePrivateKey(type, privateKey);
    requireRoom(publicKey, type.publicKeyBytes());
  }

  /** Refuses what {@link KeyDerivation#sign} cannot take. */
  public static void checkSign(
      KeyType type,
      ByteBuffer privateKey,
      ByteBuffer publicKey,
      ByteBuffer message,
      ByteBuffer signature) {
    Objects.requireNonNull(type);
    requireInput(privateKey, publicKey, message);
    requireOutput(signature);
    requireLength(publicKey, type.publicKeyBytes(), "a public key");
    requirePrivateKey(type, privateKey);
    requireRoom(
        signature,
        type == KeyType.ED25519
            ? KeyDerivation.ED25519_SIGNATURE_BYTES
            : KeyDerivation.MAX_SIGNATURE_BYTES);
  }

  /** Refuses what {@link KeyDerivation#verify} cannot take. */
  public static void checkVerify(
      KeyType type, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature) {
    Objects.requireNonNull(type);
    requireInput(publicKey, message, signature);
    requireLength(publicKey, type.publicKeyBytes(), "a public key");
  }

  private static void requirePrivateKey(KeyType type, ByteBuffer privateKey) {
    if (!isPrivateKey(type, privateKey)) {
      throw new IllegalArgumentException("not a private key of " + type.wire());
    }
  }

  private static void requireInput(ByteBuffer... inputs) {
    for (ByteBuffer input : inputs) {
      require(input.isDirect(), "direct buffers are needed");
    }
  }

  private static void requireOutput(ByteBuffer output) {
    require(output.isDirect(), "direct buffers are needed");
    require(!output.isReadOnly(), "the output is read-only");
  }

  private static void requireLength(ByteBuffer buffer, int bytes, String what) {
    if (buffer.remaining() != bytes) {
      throw new IllegalArgumentException(what + " has " + bytes + " bytes");
    }
  }

  private static void requireRoom(ByteBuffer output, int bytes) {
    if (output.remaining() < bytes) {
      throw new BufferOverflowException();
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}

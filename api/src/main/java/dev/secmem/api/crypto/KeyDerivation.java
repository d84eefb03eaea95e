package dev.secmem.api.crypto;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;

/**
 * The functions that keys are derived and used with: hashes, PBKDF2, HKDF and Argon2id, arithmetic
 * on private keys, signatures. What they are put together to (BIP 39, SLIP-0010, BIP 32) is the
 * host's.
 *
 * <p><b>Discovery.</b> Made by a {@link KeyDerivationProvider}.
 *
 * <p><b>Lifecycle.</b> As long as the host; holds nothing between calls.
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads [KD-01].
 *
 * <p><b>Memory.</b> Every buffer is direct and borrowed; anything else, and an output that is
 * read-only, is {@link IllegalArgumentException} [KD-02]. Input is read from position to limit and
 * its position stays [KD-03]. Output is written from the position on, which moves by what was
 * written; a derived key fills its buffer to the limit [KD-04]. Output must not overlap input. What
 * stays on the heap is declared by {@link KeyDerivationProvider#heapResidue}; in native memory
 * nothing stays that is not wiped.
 *
 * <p><b>Failure.</b> Too little room in the output is {@link java.nio.BufferOverflowException},
 * with nothing written [KD-05]. A private or public key of another length than its type's is {@link
 * IllegalArgumentException} [KD-06], and so is a private key that {@link #isPrivateKey} refuses
 * [KD-07]. A failure of the library is {@link PluginException} with {@code FAILED}; the output then
 * holds nothing secret.
 *
 * <p><b>Security properties.</b> Time does not depend on the content of a private key, as far as
 * the library gives that. Results are those of every other provider [KD-08]: the published vectors
 * of each function.
 *
 * <p><b>Not promised.</b> That ECDSA signatures of one message are equal: a nonce may be random
 * (FIPS 186-5) or derived (RFC 6979).
 */
public interface KeyDerivation {
  int SHA256_BYTES = 32;
  int SHA512_BYTES = 64;

  /**
   * The length of a private key of every {@link KeyType}: an Ed25519 seed, or a big-endian scalar.
   */
  int PRIVATE_KEY_BYTES = 32;

  int ED25519_SIGNATURE_BYTES = 64;

  /** The longest signature of any {@link KeyType}: ECDSA's in DER. */
  int MAX_SIGNATURE_BYTES = 72;

  /** The longest key that HKDF-SHA512 derives: 255 times the hash. */
  int MAX_HKDF_BYTES = 255 * SHA512_BYTES;

  /** The longest info of {@link #hkdfSha512}: what OpenSSL 3.0 takes. */
  int MAX_HKDF_INFO_BYTES = 1024;

  /** SHA-256 (FIPS 180-4) [KD-09]. */
  void sha256(ByteBuffer message, ByteBuffer digest) throws PluginException;

  /** HMAC-SHA512 (RFC 2104); the key may have any length, 0 too [KD-10]. */
  void hmacSha512(ByteBuffer key, ByteBuffer message, ByteBuffer mac) throws PluginException;

  /**
   * PBKDF2-HMAC-SHA512 (RFC 8018, section 5.2) [KD-11].
   *
   * @param password may be empty
   * @param salt may be empty
   * @param iterations at least 1, else {@link IllegalArgumentException}
   * @param derived filled to its limit, at least 1 byte
   */
  void pbkdf2HmacSha512(ByteBuffer password, ByteBuffer salt, int iterations, ByteBuffer derived)
      throws PluginException;

  /**
   * HKDF-SHA512, extract and expand (RFC 5869) [KD-12].
   *
   * @param salt empty for none
   * @param info says what the key is for; at most {@link #MAX_HKDF_INFO_BYTES} bytes, else {@link
   *     IllegalArgumentException}
   * @param derived filled to its limit, 1 to {@link #MAX_HKDF_BYTES} bytes, else {@link
   *     IllegalArgumentException}
   */
  void hkdfSha512(ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer info, ByteBuffer derived)
      throws PluginException;

  /**
   * Argon2id version 0x13 (RFC 9106) [KD-13]. Its working memory is wiped.
   *
   * @param salt at least 8 bytes, else {@link IllegalArgumentException}
   * @param derived filled to its limit, at least 4 bytes, else {@link IllegalArgumentException}
   * @throws PluginException {@code UNAVAILABLE} where {@link KeyDerivationProvider#hasArgon2id} is
   *     false; {@code NO_SPACE} if the memory cannot be had
   */
  void argon2id(
      ByteBuffer password, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer derived)
      throws PluginException;

  /**
   * Whether 32 bytes are a private key: any are for Ed25519; for a curve a big-endian number from 1
   * to its order less 1 [KD-14].
   */
  boolean isPrivateKey(KeyType type, ByteBuffer candidate) throws PluginException;

  /**
   * Adds two numbers modulo a curve's order: the step from parent to child of BIP 32 and SLIP-0010
   * [KD-15].
   *
   * @param tweak 32 bytes, of any value
   * @param privateKey a private key of {@code type}
   * @param sum takes 32 bytes
   * @return false, with nothing written, if the tweak is not below the order or the sum is 0: the
   *     caller then takes its next tweak
   * @throws IllegalArgumentException for {@code ED25519}, whose keys cannot be added
   */
  boolean addPrivateKeys(KeyType type, ByteBuffer tweak, ByteBuffer privateKey, ByteBuffer sum)
      throws PluginException;

  /** The public key of a private key; {@link KeyType#publicKeyBytes} bytes [KD-16]. */
  void publicKey(KeyType type, ByteBuffer privateKey, ByteBuffer publicKey) throws PluginException;

  /**
   * Signs a message, which is hashed as the type says [KD-17].
   *
   * @param publicKey the private key's own, which spares computing it; never another: with Ed25519
   *     two signatures under different public keys would give the private key away
   * @param signature takes up to {@link #MAX_SIGNATURE_BYTES}, and must have that much room for the
   *     curves; Ed25519's takes {@link #ED25519_SIGNATURE_BYTES}
   */
  void sign(
      KeyType type,
      ByteBuffer privateKey,
      ByteBuffer publicKey,
      ByteBuffer message,
      ByteBuffer signature)
      throws PluginException;

  /**
   * Whether a signature is valid [KD-18]. For Ed25519 as RFC 8032, 5.1.7 says; for the curves in
   * strict DER, and a high s is valid, too, though none is made.
   *
   * @return false also for a signature or public key that is none at all
   */
  boolean verify(KeyType type, ByteBuffer publicKey, ByteBuffer message, ByteBuffer signature)
      throws PluginException;
}

package dev.secmem.api.crypto;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;

/**
 * Authenticated encryption with associated data (AEAD) under one key: AES-256-GCM (NIST SP 800-38D)
 * with a 96-bit nonce and a 128-bit tag.
 *
 * <p>A sealed message is {@code nonce (12) | ciphertext | tag (16)}: what one provider seals every
 * other opens [CI-01].
 *
 * <p><b>Discovery.</b> Made by a {@link CipherProvider}.
 *
 * <p><b>Lifecycle.</b> Usable until {@link #close}, which is idempotent and never throws [CI-02];
 * afterwards {@code seal} and {@code open} throw {@link IllegalStateException} [CI-03]. Close wipes
 * what the cipher itself holds; the key's memory is the caller's. Once close has returned, no call,
 * not even one that was running, reads the key any more [CI-13].
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads.
 *
 * <p><b>Memory.</b> Every buffer is direct and borrowed; anything else is {@link
 * IllegalArgumentException} [CI-04]. Input is read from position to limit and its position stays
 * [CI-05]; output is written from the position on, which moves by what was written [CI-06]. Output
 * must not overlap input. What stays on the heap is declared by {@link CipherProvider#heapResidue}.
 *
 * <p><b>Failure.</b> Too little room in the output is {@link java.nio.BufferOverflowException},
 * with nothing written [CI-07]. {@code open} of anything that {@code seal} did not make with this
 * key and this associated data is {@link PluginException} with {@code AUTHENTICATION_FAILED}
 * [CI-08], also when it is shorter than {@link #OVERHEAD_BYTES} [CI-09]. After a failed {@code
 * open} the output holds zeroes where plaintext would have been, and its position has not moved
 * [CI-10].
 *
 * <p><b>Security properties.</b> Nonces never repeat under one key [CI-11]; a cipher that has
 * sealed {@link #MAX_SEALS} messages refuses with {@code KEY_EXHAUSTED}. Plaintext is released only
 * after its tag was verified. Empty plaintext and empty associated data are valid [CI-12].
 *
 * <p><b>Not promised.</b> Key commitment; that two ciphers of one key avoid each other's nonces
 * with more than the birthday bound of their random parts: use one cipher per key and process.
 */
public interface Cipher extends AutoCloseable {
  int KEY_BYTES = 32;
  int NONCE_BYTES = 12;
  int TAG_BYTES = 16;

  /** What sealing adds to a message's length. */
  int OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

  /** The most messages one cipher seals: 2^31, below the 2^32 that random nonces allow. */
  long MAX_SEALS = 1L << 31;

  /**
   * Encrypts and authenticates.
   *
   * @param plaintext borrowed, direct
   * @param associatedData borrowed, direct; authenticated, not encrypted, not part of the output
   * @param sealed direct, writable; takes plaintext length + {@link #OVERHEAD_BYTES}
   */
  void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException;

  /**
   * Verifies and decrypts.
   *
   * @param sealed borrowed, direct
   * @param associatedData borrowed, direct; the same bytes that were given to {@code seal}
   * @param plaintext direct, writable; takes sealed length - {@link #OVERHEAD_BYTES}
   */
  void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException;

  @Override
  void close();
}

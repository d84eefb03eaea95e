package dev.secmem.api.client;

import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.crypto.KeyType;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The verbs on an agent's root of trust and on the keys derived from it (docs/PROTOCOL.md, "Keys").
 * They are for the agent's own uid, root, and the uids of {@code --keys-uid}.
 *
 * <p><b>Discovery.</b> {@link SecretClient#keys}.
 *
 * <p><b>Lifecycle, thread safety, failure.</b> Those of the {@link SecretClient} it came from: it
 * uses the same connection.
 *
 * <p><b>Memory.</b> Every buffer is direct and borrowed from position to limit. What comes out is a
 * {@link Delivery} that the caller must close.
 */
public interface KeyClient {

  /**
   * Unlocks the agent.
   *
   * @param secret in UTF-8: the words of the mnemonic, then optionally LF and the passphrase; of an
   *     agent with a random root the passphrase that it was locked with
   */
  void unlock(ByteBuffer secret) throws SecretClientException;

  /** Locks an agent whose root is a mnemonic. */
  void lock() throws SecretClientException;

  /** Locks an agent whose root is random, which the passphrase will unlock. */
  void lock(ByteBuffer passphrase) throws SecretClientException;

  /**
   * The public key at a path.
   *
   * @param path as {@code m/74'/0'/1'/0'}
   * @return {@link KeyType#publicKeyBytes} bytes
   */
  byte[] publicKey(String path, KeyType type) throws SecretClientException;

  /** Signs a message with the key at a path: 64 bytes for Ed25519, DER for the others. */
  Delivery sign(String path, KeyType type, ByteBuffer message) throws SecretClientException;

  /**
   * The password of a site, always the same one for a mnemonic.
   *
   * @param site any text of 1 to 255 bytes in UTF-8
   * @param length 8 to 128 characters
   */
  Delivery password(String site, int length) throws SecretClientException;

  /**
   * Encrypts; the delivery holds an envelope in JSON.
   *
   * @param version of the key, or empty for the first
   */
  Delivery encrypt(ByteBuffer plaintext, OptionalLong version) throws SecretClientException;

  /** Decrypts an envelope. */
  Delivery decrypt(ByteBuffer envelope) throws SecretClientException;

  /** Decrypts an envelope and encrypts its content under another version of the key. */
  Delivery rotate(ByteBuffer envelope, long version) throws SecretClientException;

  /** The private key at a path; only of an agent that runs with {@code --allow-derive}. */
  Delivery derive(String path, KeyType type) throws SecretClientException;
}

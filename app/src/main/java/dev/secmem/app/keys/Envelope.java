package dev.secmem.app.keys;

import dev.secmem.api.crypto.Cipher;
import java.nio.ByteBuffer;

/**
 * A message that was encrypted under a key of the mnemonic, as JSON:
 *
 * <pre>{"key_version":1,"salt":"…","iv":"…","data":"…"}</pre>
 *
 * <p>Salt (32 bytes), iv (12) and data (ciphertext, then the tag of 16) are in base64 with padding.
 * Confined; holds no secret.
 */
public final class Envelope {
  static final int SALT_BYTES = 32;
  static final String VERSION = "key_version";
  static final String SALT = "salt";
  static final String IV = "iv";
  static final String DATA = "data";

  /** More than all of it takes but the data, in the form that is written. */
  private static final int MAX_HEAD_BYTES = 128;

  private final int keyVersion;
  private final byte[] salt;
  private final ByteBuffer sealed;

  Envelope(int keyVersion, byte[] salt, ByteBuffer sealed) {
    this.keyVersion = keyVersion;
    this.salt = salt;
    this.sealed = sealed;
  }

  /**
   * Room that is enough for the envelope of so many bytes.
   *
   * @throws ArithmeticException if that is no number of bytes that a buffer can have
   */
  public static int maxJsonBytes(int plaintextBytes) {
    return Math.toIntExact(
        MAX_HEAD_BYTES + Base64Text.chars((long) plaintextBytes + Cipher.TAG_BYTES));
  }

  /**
   * Reads an envelope. Its four members may be in any order, with JSON's blanks around them;
   * anything else, and any of them twice, is refused.
   *
   * @param json direct; lent until the envelope is decrypted, and overwritten, also on failure
   * @throws EnvelopeException if it is none
   */
  public static Envelope parse(ByteBuffer json) throws EnvelopeException {
    return new EnvelopeReader(json.slice()).read();
  }

  /** The version of its key: the last step of {@link KeyPath#encryption}. */
  public int keyVersion() {
    return keyVersion;
  }

  /** How long the message is that was encrypted. */
  public int plaintextBytes() {
    return sealed.remaining() - Cipher.OVERHEAD_BYTES;
  }

  byte[] salt() {
    return salt;
  }

  /** As {@link Cipher} has it: iv, ciphertext, tag. */
  ByteBuffer sealed() {
    return sealed;
  }
}

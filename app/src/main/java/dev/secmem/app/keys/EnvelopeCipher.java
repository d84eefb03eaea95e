package dev.secmem.app.keys;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Encrypts messages to {@link Envelope}s and decrypts them: AES-256-GCM without associated data,
 * under a key of their own each (HKDF-SHA512 over the node with a random salt).
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Every buffer
 * is direct; input keeps its position, output is written from its position on, which moves. One
 * call takes one slot of the arena while it runs.
 */
public final class EnvelopeCipher {
  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);
  private static final byte[] TAIL = "\"}".getBytes(StandardCharsets.US_ASCII);

  private final SymmetricKeys keys;
  private final CipherProvider ciphers;
  private final KeyArena arena;

  public EnvelopeCipher(SymmetricKeys keys, CipherProvider ciphers, KeyArena arena) {
    this.keys = keys;
    this.ciphers = ciphers;
    this.arena = arena;
  }

  /**
   * Encrypts a message.
   *
   * @param plaintext borrowed
   * @param keyVersion which key: the last step of {@link KeyPath#encryption}
   * @param node borrowed: the private key there, for {@code ED25519}
   * @param json takes {@link Envelope#maxJsonBytes} of the message's length; no line feed is at the
   *     end
   */
  public void encrypt(ByteBuffer plaintext, int keyVersion, ByteBuffer node, ByteBuffer json)
      throws PluginException, LinuxException {
    if (keyVersion < 0) {
      throw new IllegalArgumentException("a version is from 0 to 2147483647");
    }
    if (json.remaining() < Envelope.maxJsonBytes(plaintext.remaining())) {
      throw new BufferOverflowException();
    }
    int dataBytes = plaintext.remaining() + Cipher.TAG_BYTES;
    int headBytes =
        head(keyVersion, new byte[Envelope.SALT_BYTES], new byte[Cipher.NONCE_BYTES]).length;
    int totalBytes = headBytes + (int) Base64Text.chars(dataBytes) + TAIL.length;
    ByteBuffer out = json.slice(json.position(), totalBytes);
    // Sealed where the text of it will end: then it can be encoded within this one buffer.
    int dataFrom = totalBytes - TAIL.length - dataBytes;
    byte[] salt = new byte[Envelope.SALT_BYTES];
    byte[] iv = new byte[Cipher.NONCE_BYTES];
    try (KeyArena.Slot slot = arena.allocate()) {
      ByteBuffer saltInSlot = slot.buffer(KeyArena.SLOT_BYTES).position(Cipher.KEY_BYTES);
      SecureRandomBytes.fill(saltInSlot.duplicate());
      saltInSlot.duplicate().get(salt);
      try (Cipher cipher = cipher(slot, node)) {
        cipher.seal(plaintext, NONE.duplicate(), out.position(dataFrom - iv.length));
      }
    }
    out.get(dataFrom - iv.length, iv);
    out.put(0, head(keyVersion, salt, iv));
    Base64Text.encode(out, dataFrom, dataBytes, headBytes);
    out.put(totalBytes - TAIL.length, TAIL);
    json.position(json.position() + totalBytes);
  }

  /**
   * Decrypts a message.
   *
   * @param envelope its buffer must still be as {@link Envelope#parse} left it
   * @param node borrowed: the private key of its version's path, for {@code ED25519}
   * @param plaintext takes {@link Envelope#plaintextBytes}; not the envelope's buffer
   * @throws PluginException {@code AUTHENTICATION_FAILED} if it was made with another key, or
   *     altered; the plaintext's position has not moved then, and nothing is revealed
   */
  public void decrypt(Envelope envelope, ByteBuffer node, ByteBuffer plaintext)
      throws PluginException {
    try (KeyArena.Slot slot = arena.allocate()) {
      slot.buffer(KeyArena.SLOT_BYTES).put(Cipher.KEY_BYTES, envelope.salt());
      try (Cipher cipher = cipher(slot, node)) {
        cipher.open(envelope.sealed(), NONE.duplicate(), plaintext);
      }
    }
  }

  /** A cipher whose key is put into a slot's first half; the salt is in the second. */
  private Cipher cipher(KeyArena.Slot slot, ByteBuffer node) throws PluginException {
    ByteBuffer salt = slot.buffer(KeyArena.SLOT_BYTES).position(Cipher.KEY_BYTES);
    keys.derive(SymmetricKeys.Use.ENCRYPTION, node, salt, slot.buffer(Cipher.KEY_BYTES));
    return ciphers.create(slot.buffer(Cipher.KEY_BYTES));
  }

  private static byte[] head(int keyVersion, byte[] salt, byte[] iv) {
    Base64.Encoder base64 = Base64.getEncoder();
    String head =
        "{\"key_version\":"
            + keyVersion
            + ",\"salt\":\""
            + base64.encodeToString(salt)
            + "\",\"iv\":\""
            + base64.encodeToString(iv)
            + "\",\"data\":\"";
    return head.getBytes(StandardCharsets.US_ASCII);
  }
}

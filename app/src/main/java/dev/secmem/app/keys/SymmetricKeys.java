package dev.secmem.app.keys;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Symmetric keys from a node or from another key: HKDF-SHA512 (RFC 5869) with a label that says the
 * use. Two uses never share a key, whatever they are derived from.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads. Every buffer
 * is direct and borrowed; input keeps its position.
 */
public final class SymmetricKeys {
  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  /** What a key is for. The labels can never change: what was made with them would be lost. */
  public enum Use {
    /** The store's root key, from the node {@link KeyPath#ROOT}. */
    ROOT("secmem root v1"),
    /** An envelope's key, from the node {@link KeyPath#encryption}. */
    ENCRYPTION("secmem encrypt v1"),
    /** A site's password, from the node {@link KeyPath#sitePassword}. */
    PASSWORD("secmem password v1"),
    /** What wraps a data key, from the root key. */
    DATA_KEY("secmem data key v1");

    private final ByteBuffer label;

    Use(String label) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      this.label = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
  }

  private final KeyDerivation functions;

  public SymmetricKeys(KeyDerivation functions) {
    this.functions = functions;
  }

  /**
   * Derives a key without a salt.
   *
   * @param key filled to its limit
   */
  public void derive(Use use, ByteBuffer keyMaterial, ByteBuffer key) throws PluginException {
    derive(use, keyMaterial, NONE.duplicate(), key);
  }

  /**
   * Derives a key.
   *
   * @param keyMaterial a node's private key, or another key
   * @param salt not secret
   * @param key filled to its limit
   */
  public void derive(Use use, ByteBuffer keyMaterial, ByteBuffer salt, ByteBuffer key)
      throws PluginException {
    functions.hkdfSha512(keyMaterial, salt, use.label.duplicate(), key);
  }
}

package dev.secmem.app.keys;

import dev.secmem.api.PluginException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;

/**
 * A password for a site, always the same one of a mnemonic: HKDF-SHA512 over the site's node, then
 * of each byte the low 6 bits choose one of 64 characters.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class SitePassword {
  public static final int MIN_LENGTH = 8;
  public static final int MAX_LENGTH = 128;

  private static final String CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final SymmetricKeys keys;

  public SitePassword(SymmetricKeys keys) {
    this.keys = keys;
  }

  /**
   * A site's index for {@link KeyPath#sitePassword}: the first 31 bits of SHA-256 of its name in
   * NFC and UTF-8.
   *
   * @param site not secret
   * @throws IllegalArgumentException if it is empty, or no text: half of a surrogate pair
   */
  public static int index(String site) {
    if (site.isEmpty()) {
      throw new IllegalArgumentException("a site has a name");
    }
    try {
      CharBuffer composed = CharBuffer.wrap(Normalizer.normalize(site, Normalizer.Form.NFC));
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(StandardCharsets.UTF_8.newEncoder().encode(composed));
      return ByteBuffer.wrap(sha256.digest()).getInt() >>> 1;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the site's name is not valid Unicode", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Writes a password.
   *
   * @param node borrowed, direct: the private key at {@link KeyPath#sitePassword}, for {@code
   *     ED25519}
   * @param length in characters, {@link #MIN_LENGTH} to {@link #MAX_LENGTH}; a shorter password is
   *     the beginning of a longer one
   * @param password direct, takes {@code length} bytes of ASCII
   */
  public void write(ByteBuffer node, int length, ByteBuffer password) throws PluginException {
    if (length < MIN_LENGTH || length > MAX_LENGTH) {
      throw new IllegalArgumentException("a password has 8 to 128 characters");
    }
    if (password.remaining() < length) {
      throw new BufferOverflowException();
    }
    ByteBuffer bytes = password.slice(password.position(), length);
    keys.derive(SymmetricKeys.Use.PASSWORD, node, bytes);
    for (int i = 0; i < length; i++) {
      bytes.put(i, (byte) CHARACTERS.charAt(bytes.get(i) & 0x3f));
    }
    password.position(password.position() + length);
  }
}

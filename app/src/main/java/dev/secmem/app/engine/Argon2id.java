package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import java.nio.ByteBuffer;

/**
 * Derives keys from passphrases (RFC 9106). Apart from the other functions of a plugin, because it
 * may be another one's, found when one is needed: loading it takes memory.
 */
public interface Argon2id {
  /**
   * Fills a key, as {@link dev.secmem.api.crypto.KeyDerivation#argon2id} does.
   *
   * @throws PluginException {@code UNAVAILABLE} with what to install; {@code NO_SPACE} if the
   *     memory cannot be had
   */
  void derive(ByteBuffer passphrase, ByteBuffer salt, Argon2Parameters parameters, ByteBuffer key)
      throws PluginException;
}

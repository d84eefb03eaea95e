package dev.secmem.api.crypto;

import dev.secmem.api.PluginException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the seals of one cipher and ends at {@link Cipher#MAX_SEALS}. For plugin authors.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class SealCounter {
  private final String plugin;
  private final AtomicLong next;

  /**
   * A counter at zero.
   *
   * @param plugin the provider's name, for the message of its failure
   */
  public SealCounter(String plugin) {
    this(plugin, 0);
  }

  SealCounter(String plugin, long first) {
    this.plugin = plugin;
    this.next = new AtomicLong(first);
  }

  /**
   * The number of this seal, 0 to {@code MAX_SEALS - 1}; never the same twice.
   *
   * @throws PluginException with {@code KEY_EXHAUSTED} from then on
   */
  public int next() throws PluginException {
    long count = next.getAndIncrement();
    if (count >= Cipher.MAX_SEALS) {
      throw new PluginException(
          PluginException.Reason.KEY_EXHAUSTED,
          "cipher("
              + plugin
              + "): this key has sealed "
              + Cipher.MAX_SEALS
              + " messages; a new key is needed");
    }
    return (int) count;
  }
}

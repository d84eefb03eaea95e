package dev.secmem.api.crypto;

import dev.secmem.api.Plugin;
import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;

/** Makes {@link Cipher}s. */
public interface CipherProvider extends Plugin {

  /** What a cipher of this provider leaves on the Java heap after a call. */
  HeapResidue heapResidue();

  /**
   * Makes a cipher for one key.
   *
   * @param key lent until the cipher is closed: a direct buffer whose {@link Cipher#KEY_BYTES}
   *     bytes from its position stay in place, and hold the key whenever this method or one of the
   *     cipher runs; in between the caller may hide it. Its position and limit are not moved
   * @return a cipher that the caller must close
   * @throws IllegalArgumentException if the buffer is not direct or has not exactly 32 bytes left
   */
  Cipher create(ByteBuffer key) throws PluginException;
}

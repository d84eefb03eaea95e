package dev.secmem.api.transport;

import java.nio.ByteBuffer;

/**
 * What a client sent along with a request. Lent with its {@link Request}; the client may change or
 * shorten it at any time.
 */
public interface Body {

  /** Its size at the moment it came. */
  long sizeBytes();

  /**
   * Copies its first {@code target.remaining()} bytes into {@code target}, straight from the
   * kernel: exactly what the client sent [TR-16].
   *
   * @param target direct; its position moves to its limit
   * @throws RequestException {@code BAD_REQUEST} if there are fewer now; what was read is in target
   *     and for the caller to wipe
   */
  void read(ByteBuffer target) throws RequestException;
}

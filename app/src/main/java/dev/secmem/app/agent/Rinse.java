package dev.secmem.app.agent;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import java.nio.ByteBuffer;

/**
 * Has a cipher open a message of zeros. What it leaves in the registers of the processor are these
 * then, and not a secret: the JVM writes registers onto the stack whenever it stops a thread. It is
 * the cipher itself that does so, because one that is given another key each time is slow.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Rinse {
  /** Some blocks and a part of one: no code that is made for many blocks is used. */
  private static final int SMALL_BYTES = 7 * 16 + 7;

  /** With what works on up to 64 blocks at a time. */
  private static final int LARGE_BYTES = (1 << 10) + SMALL_BYTES;

  private final Cipher cipher;
  private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
  private final ByteBuffer small;
  private final ByteBuffer large;

  /** Threads write the same zeros to it at once. */
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(LARGE_BYTES);

  /** Seals the messages, once. */
  Rinse(Cipher cipher) throws PluginException {
    this.cipher = cipher;
    small = seal(SMALL_BYTES);
    large = seal(LARGE_BYTES);
  }

  private ByteBuffer seal(int sizeBytes) throws PluginException {
    ByteBuffer sealed = ByteBuffer.allocateDirect(sizeBytes + Cipher.OVERHEAD_BYTES);
    cipher.seal(zeros.duplicate().limit(sizeBytes), nothing.duplicate(), sealed);
    return sealed.flip();
  }

  /**
   * Opens one.
   *
   * @param plaintextBytes the length of what was sealed or opened before
   */
  void run(int plaintextBytes) throws PluginException {
    ByteBuffer message = plaintextBytes <= SMALL_BYTES ? small : large;
    cipher.open(message.duplicate(), nothing.duplicate(), zeros.duplicate());
  }
}

package dev.secmem.app.agent;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.ByteBuffer;

/**
 * Has a cipher open a message of zeros. What it leaves in the registers of the processor are these
 * then, and not a secret: the JVM writes registers onto the stack whenever it stops a thread.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Rinse {
  /** Long enough for what works on many blocks at a time, then on one, then on a part of one. */
  private static final int SIZE_BYTES = (1 << 10) + 16 + 7;

  private final Cipher cipher;
  private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
  private final ByteBuffer sealed = ByteBuffer.allocateDirect(SIZE_BYTES + Cipher.OVERHEAD_BYTES);

  /** Threads write the same zeros to it at once. */
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(SIZE_BYTES);

  /** Seals the message once, under a key that protects nothing else. */
  Rinse(CipherProvider provider) throws PluginException, LinuxException {
    ByteBuffer key = ByteBuffer.allocateDirect(Cipher.KEY_BYTES);
    SecureRandomBytes.fill(key.duplicate());
    cipher = provider.create(key);
    cipher.seal(zeros.duplicate(), nothing.duplicate(), sealed);
    sealed.flip();
  }

  void run() throws PluginException {
    cipher.open(sealed.duplicate(), nothing.duplicate(), zeros.duplicate());
  }
}

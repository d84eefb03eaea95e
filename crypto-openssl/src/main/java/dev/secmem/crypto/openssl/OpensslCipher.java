package dev.secmem.crypto.openssl;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.SealCounter;
import dev.secmem.api.crypto.SealedFormat;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeLibrary;
import dev.secmem.linux.NativeMemory;
import dev.secmem.linux.SecureRandomBytes;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;

/**
 * A cipher whose key stays where the caller keeps it: each call makes a context of its own, and
 * freeing the context cleanses the key schedule that libcrypto made from the key. A context kept
 * between calls would leave that schedule in ordinary memory.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class OpensslCipher implements Cipher {
  private static final int CTRL_GET_TAG = 0x10;
  private static final int CTRL_SET_TAG = 0x11;

  /** Where libcrypto reports how much it wrote: one int a thread. */
  private static final ThreadLocal<ByteBuffer> LENGTH =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Integer.BYTES));

  private final Libcrypto libcrypto;
  private final ByteBuffer key;
  private final long noncePrefix;
  private final SealCounter counter = new SealCounter(OpensslCipherProvider.NAME);

  // Calls share it and close takes it alone: after close the caller may wipe the key, so no call
  // may still be reading it.
  private final StampedLock use = new StampedLock();
  private boolean closed;

  private OpensslCipher(Libcrypto libcrypto, ByteBuffer key, long noncePrefix) {
    this.libcrypto = libcrypto;
    this.key = key;
    this.noncePrefix = noncePrefix;
  }

  static OpensslCipher of(Libcrypto libcrypto, ByteBuffer key) throws PluginException {
    ByteBuffer prefix = ByteBuffer.allocateDirect(SealedFormat.NONCE_PREFIX_BYTES);
    try {
      SecureRandomBytes.fill(prefix);
    } catch (LinuxException e) {
      throw new PluginException(
          PluginException.Reason.FAILED,
          "cipher(" + OpensslCipherProvider.NAME + "): " + e.getMessage(),
          e);
    }
    return new OpensslCipher(libcrypto, key, prefix.getLong(0));
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    SealedFormat.checkSeal(plaintext, associatedData, sealed);
    long stamp = use.readLock();
    try {
      requireOpen();
      SealedFormat.putNonce(sealed, noncePrefix, counter.next());
      encrypt(plaintext, associatedData, NativeLibrary.addressOf(sealed));
      sealed.position(sealed.position() + plaintext.remaining() + OVERHEAD_BYTES);
    } finally {
      use.unlockRead(stamp);
      keepReachable(plaintext, associatedData, sealed);
    }
  }

  private void encrypt(ByteBuffer plaintext, ByteBuffer associatedData, long nonce)
      throws PluginException {
    Libcrypto crypto = libcrypto;
    int length = plaintext.remaining();
    int associatedLength = associatedData.remaining();
    long ciphertext = nonce + NONCE_BYTES;
    long written = NativeLibrary.addressOf(LENGTH.get());
    long context = newContext();
    try {
      long keyAt = NativeLibrary.addressOf(key);
      if (failed(crypto.encryptInit.call(context, crypto.aes256Gcm, keyAt, nonce, 0))) {
        throw crypto.failure(crypto.encryptInit);
      }
      if (associatedLength > 0) {
        long from = NativeLibrary.addressOf(associatedData);
        if (failed(crypto.encryptUpdate.call(context, 0, written, from, associatedLength))) {
          throw crypto.failure(crypto.encryptUpdate);
        }
      }
      if (length > 0) {
        long from = NativeLibrary.addressOf(plaintext);
        if (failed(crypto.encryptUpdate.call(context, ciphertext, written, from, length))) {
          throw crypto.failure(crypto.encryptUpdate);
        }
      }
      long tag = ciphertext + length;
      if (failed(crypto.encryptFinal.call(context, tag, written))) {
        throw crypto.failure(crypto.encryptFinal);
      }
      if (failed(crypto.contextCtrl.call(context, CTRL_GET_TAG, TAG_BYTES, tag))) {
        throw crypto.failure(crypto.contextCtrl);
      }
    } finally {
      crypto.contextFree.call(context);
    }
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    int length =
        SealedFormat.checkOpen(OpensslCipherProvider.NAME, sealed, associatedData, plaintext);
    long stamp = use.readLock();
    boolean verified = false;
    try {
      requireOpen();
      decrypt(NativeLibrary.addressOf(sealed), length, associatedData, plaintext);
      verified = true;
      plaintext.position(plaintext.position() + length);
    } finally {
      use.unlockRead(stamp);
      if (!verified) {
        // libcrypto decrypts before it can verify.
        NativeMemory.wipe(plaintext.slice(plaintext.position(), length));
      }
      keepReachable(sealed, associatedData, plaintext);
    }
  }

  private void decrypt(long nonce, int length, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    Libcrypto crypto = libcrypto;
    int associatedLength = associatedData.remaining();
    long ciphertext = nonce + NONCE_BYTES;
    long written = NativeLibrary.addressOf(LENGTH.get());
    long context = newContext();
    try {
      long keyAt = NativeLibrary.addressOf(key);
      if (failed(crypto.decryptInit.call(context, crypto.aes256Gcm, keyAt, nonce, 0))) {
        throw crypto.failure(crypto.decryptInit);
      }
      long tag = ciphertext + length;
      if (failed(crypto.contextCtrl.call(context, CTRL_SET_TAG, TAG_BYTES, tag))) {
        throw crypto.failure(crypto.contextCtrl);
      }
      if (associatedLength > 0) {
        long from = NativeLibrary.addressOf(associatedData);
        if (failed(crypto.decryptUpdate.call(context, 0, written, from, associatedLength))) {
          throw crypto.failure(crypto.decryptUpdate);
        }
      }
      long to = NativeLibrary.addressOf(plaintext);
      if (length > 0
          && failed(crypto.decryptUpdate.call(context, to, written, ciphertext, length))) {
        throw crypto.failure(crypto.decryptUpdate);
      }
      if (failed(crypto.decryptFinal.call(context, to + length, written))) {
        crypto.drainErrors();
        throw SealedFormat.authenticationFailed(OpensslCipherProvider.NAME);
      }
    } finally {
      crypto.contextFree.call(context);
    }
  }

  @Override
  public void close() {
    long stamp = use.writeLock();
    closed = true;
    use.unlockWrite(stamp);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the cipher is closed");
    }
  }

  private long newContext() throws PluginException {
    long context = libcrypto.contextNew.call();
    if (context == 0) {
      throw libcrypto.failure(libcrypto.contextNew);
    }
    return context;
  }

  /** libcrypto's ints: 1 is success; the upper half of the word is undefined. */
  private static boolean failed(long result) {
    return (int) result != 1;
  }

  /** Native code knows addresses only: the collector must not free what it still works on. */
  private void keepReachable(ByteBuffer input, ByteBuffer associatedData, ByteBuffer output) {
    Reference.reachabilityFence(key);
    Reference.reachabilityFence(input);
    Reference.reachabilityFence(associatedData);
    Reference.reachabilityFence(output);
  }

  @Override
  public String toString() {
    return "AES-256-GCM cipher by libcrypto";
  }
}

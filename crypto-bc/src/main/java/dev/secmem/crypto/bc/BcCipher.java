package dev.secmem.crypto.bc;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.SealCounter;
import dev.secmem.api.crypto.SealedFormat;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * A cipher with as many engines as there are {@link Scratch}es. Each is given the key once: a key
 * for every call would leave another schedule on the heap each time, and cost more than a small
 * message.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class BcCipher implements Cipher {
  private final ConcurrentLinkedQueue<GCMModeCipher> engines = new ConcurrentLinkedQueue<>();
  private final SealCounter counter = new SealCounter(BcCipherProvider.NAME);
  private final long noncePrefix;
  private volatile boolean closed;

  /**
   * Copies the key into its engines.
   *
   * @param key borrowed
   */
  BcCipher(byte[] key, long noncePrefix) {
    this.noncePrefix = noncePrefix;
    // Counting them allocates them: they are old when the first message comes.
    for (int i = 0; i < Scratch.COUNT; i++) {
      engines.add(newEngine(key));
    }
  }

  static GCMModeCipher newEngine(byte[] key) {
    GCMModeCipher engine = GCMBlockCipher.newInstance(AESEngine.newInstance());
    // For decryption: the nonce here is a filler, and an engine refuses to seal with its last one.
    engine.init(false, new ParametersWithIV(new KeyParameter(key), new byte[NONCE_BYTES]));
    return engine;
  }

  @Override
  public void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer sealed)
      throws PluginException {
    SealedFormat.checkSeal(plaintext, associatedData, sealed);
    requireOpen();
    SealedFormat.putNonce(sealed, noncePrefix, counter.next());
    int length = plaintext.remaining();
    int start = sealed.position();
    try {
      ByteBuffer message = plaintext.slice();
      run(true, nonceAt(sealed), associatedData, message, sealed, start + NONCE_BYTES);
    } catch (InvalidCipherTextException e) {
      throw new PluginException(
          PluginException.Reason.FAILED, "cipher(bc): sealing failed: " + e.getMessage(), e);
    }
    sealed.position(start + length + OVERHEAD_BYTES);
  }

  @Override
  public void open(ByteBuffer sealed, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    int length = SealedFormat.checkOpen(BcCipherProvider.NAME, sealed, associatedData, plaintext);
    requireOpen();
    int start = plaintext.position();
    boolean verified = false;
    try {
      ByteBuffer message = sealed.slice().position(NONCE_BYTES);
      run(false, nonceAt(sealed), associatedData, message, plaintext, start);
      verified = true;
      plaintext.position(start + length);
    } catch (InvalidCipherTextException e) {
      throw SealedFormat.authenticationFailed(BcCipherProvider.NAME);
    } finally {
      if (!verified) {
        // The engine gave out plaintext piece by piece, before it could verify.
        for (int i = 0; i < length; i++) {
          plaintext.put(start + i, (byte) 0);
        }
      }
    }
  }

  /** Encrypts or decrypts {@code input} to {@code output} from index {@code at} on. */
  private void run(
      boolean seal,
      byte[] nonce,
      ByteBuffer associatedData,
      ByteBuffer input,
      ByteBuffer output,
      int at)
      throws InvalidCipherTextException {
    Scratch scratch = Scratch.take();
    // Never empty: an engine is out only while its user holds one of as many scratches.
    GCMModeCipher engine = engines.remove();
    try {
      engine.init(seal, new ParametersWithIV(null, nonce));
      ByteBuffer authenticated = associatedData.duplicate();
      while (authenticated.hasRemaining()) {
        engine.processAADBytes(scratch.in, 0, nextPiece(authenticated, scratch));
      }
      int to = at;
      while (input.hasRemaining()) {
        int read = nextPiece(input, scratch);
        int written = engine.processBytes(scratch.in, 0, read, scratch.out, 0);
        output.put(to, scratch.out, 0, written);
        to += written;
      }
      output.put(to, scratch.out, 0, engine.doFinal(scratch.out, 0));
    } finally {
      // Zeroes the block that the engine holds back, also where doFinal threw before it could.
      engine.reset();
      engines.add(engine);
      scratch.giveBack();
    }
  }

  private static int nextPiece(ByteBuffer source, Scratch scratch) {
    int length = Math.min(source.remaining(), Scratch.PIECE_BYTES);
    source.get(scratch.in, 0, length);
    return length;
  }

  private static byte[] nonceAt(ByteBuffer sealed) {
    byte[] nonce = new byte[NONCE_BYTES];
    sealed.get(sealed.position(), nonce);
    return nonce;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the cipher is closed");
    }
  }

  @Override
  public String toString() {
    return "AES-256-GCM cipher by Bouncy Castle";
  }
}

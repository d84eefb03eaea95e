package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one thread at a time seals and opens with: a place in the arena where the key is whole
 * during a call and zero otherwise, a cipher of its own, and scratch memory.
 *
 * <p>Confined to whoever holds its lock.
 */
final class Lane {
  static final int CHUNK_BYTES = 4 * 4096;

  private static final byte[] LABEL = "secmem enclave".getBytes(StandardCharsets.US_ASCII);

  final ReentrantLock lock = new ReentrantLock();
  private final KeyHalves halves;
  private final ByteBuffer key;
  private final ByteBuffer small;
  private final CipherProvider provider;
  private final ByteBuffer associatedData;
  private final ByteBuffer ciphertext;
  private Cipher cipher;
  private Pages chunk;
  private ByteBuffer chunkBytes;

  Lane(KeyArena arena, KeyHalves halves, CipherProvider provider) throws PluginException {
    this.halves = halves;
    this.provider = provider;
    key = KeyHalves.slot(arena, KeyHalves.KEY_BYTES);
    small = KeyHalves.slot(arena, KeyArena.SLOT_BYTES);
    associatedData = ByteBuffer.allocateDirect(LABEL.length).put(LABEL).flip();
    ciphertext = ByteBuffer.allocateDirect(CHUNK_BYTES + Cipher.OVERHEAD_BYTES);
    renewCipher();
  }

  /** Seals the remaining bytes of a direct buffer. */
  byte[] seal(ByteBuffer plaintext) throws PluginException {
    return withCiphertext(
        plaintext.remaining() + Cipher.OVERHEAD_BYTES,
        output -> {
          try {
            encrypt(plaintext, output);
          } catch (PluginException e) {
            if (e.reason() != Reason.KEY_EXHAUSTED) {
              throw e;
            }
            renewCipher();
            encrypt(plaintext, output);
          }
          byte[] result = new byte[output.position()];
          output.get(0, result);
          return result;
        });
  }

  /** Opens into a direct buffer, which has exactly the room that is needed. */
  void open(byte[] sealed, ByteBuffer plaintext) throws PluginException {
    withCiphertext(
        sealed.length,
        bytes -> {
          bytes.put(0, sealed);
          halves.combine(key);
          try {
            cipher.open(bytes, associatedData, plaintext);
          } finally {
            KeyHalves.wipe(key);
          }
          return sealed;
        });
  }

  /** Seals a part of an array of at most {@link #CHUNK_BYTES}. */
  byte[] seal(byte[] source, int from, int length) throws PluginException {
    if (length > small.capacity()) {
      ByteBuffer bytes = chunk();
      try {
        return seal(bytes.put(source, from, length).flip());
      } finally {
        NativeMemory.wipe(bytes.position(0).limit(length));
      }
    }
    try {
      return seal(small.clear().put(source, from, length).flip());
    } finally {
      KeyHalves.wipe(small);
    }
  }

  /** Locked memory of {@link #CHUNK_BYTES}; whoever writes to it wipes it. */
  ByteBuffer chunk() throws PluginException {
    if (chunk == null) {
      chunk = Pages.open(CHUNK_BYTES, Session.wish());
      chunkBytes = chunk.memory.buffer(0, CHUNK_BYTES);
    }
    return chunkBytes.clear();
  }

  /** Nobody may use it from now on; its lock is held. */
  void close() {
    cipher.close();
    if (chunk != null) {
      chunk.close();
    }
  }

  private void encrypt(ByteBuffer plaintext, ByteBuffer sealed) throws PluginException {
    halves.combine(key);
    try {
      cipher.seal(plaintext, associatedData, sealed);
    } finally {
      KeyHalves.wipe(key);
    }
  }

  private void renewCipher() throws PluginException {
    if (cipher != null) {
      cipher.close();
    }
    halves.combine(key);
    try {
      cipher = provider.create(key);
    } finally {
      KeyHalves.wipe(key);
    }
  }

  private byte[] withCiphertext(int sizeBytes, Work work) throws PluginException {
    if (sizeBytes <= ciphertext.capacity()) {
      return work.run(ciphertext.clear().limit(sizeBytes));
    }
    try (NativeMemory large = NativeMemory.anonymous(sizeBytes)) {
      return work.run(large.buffer(0, sizeBytes));
    } catch (LinuxException e) {
      throw Failure.of(e);
    }
  }

  private interface Work {
    byte[] run(ByteBuffer sealed) throws PluginException;
  }
}

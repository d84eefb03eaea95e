package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import java.util.Objects;

/**
 * A secret at rest: encrypted under a key of this process, which lies in locked memory in two
 * halves. It costs ordinary memory, about 40 bytes more than its content, needs no closing, and may
 * be kept in any number.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class Enclave {
  private final Session session;
  private final byte[] sealed;

  private Enclave(Session session, byte[] sealed) {
    this.session = session;
    this.sealed = sealed;
  }

  /**
   * Seals the bytes of an array, which is wiped, also on failure.
   *
   * @throws PluginException {@code UNAVAILABLE} if no cipher plugin works here
   */
  public static Enclave of(byte[] source) throws PluginException {
    if (source.length > Lane.CHUNK_BYTES) {
      return BufferFactory.ownPages().on(Session.wish()).consume(source).seal();
    }
    try {
      return ofPart(Session.current(), source, 0, source.length);
    } finally {
      LockedBuffer.wipe(source);
    }
  }

  /** Seals random bytes. */
  public static Enclave random(int sizeBytes) throws PluginException {
    return BufferFactory.pooled().on(Session.wish()).random(sizeBytes).seal();
  }

  static Enclave seal(LockedBuffer source) throws PluginException {
    try (source) {
      Session session = Session.current();
      byte[] sealed =
          source.<byte[], PluginException>withResult(
              view -> session.run(lane -> lane.seal(view.raw())));
      // A purge wipes under its readers' eyes: what was sealed then may be zeroes.
      if (!source.isAlive()) {
        throw Failure.closed();
      }
      return new Enclave(session, sealed);
    }
  }

  /** Seals a part of an array of at most a chunk, which stays as it is. */
  static Enclave ofPart(Session session, byte[] source, int from, int length)
      throws PluginException {
    return new Enclave(session, session.run(lane -> lane.seal(source, from, length)));
  }

  /**
   * Decrypts into a frozen buffer of {@link BufferFactory#pooled}, which the caller closes. The
   * enclave stays as it is.
   *
   * @throws PluginException {@code AUTHENTICATION_FAILED} if it was altered, {@code CLOSED} after a
   *     purge
   */
  public LockedBuffer open() throws PluginException {
    return open(BufferFactory.pooled().on(Session.wish()));
  }

  /** The same into a buffer of another kind. */
  public LockedBuffer open(BufferFactory factory) throws PluginException {
    if (size() == 0) {
      // There is a tag to verify, though no buffer to fill.
      session.run(lane -> decrypt(lane, lane.chunk().limit(0)));
      return factory.make(0, true, target -> {});
    }
    return factory.make(size(), true, target -> session.run(lane -> decrypt(lane, target)));
  }

  private Void decrypt(Lane lane, java.nio.ByteBuffer target) throws PluginException {
    lane.open(sealed, target);
    return null;
  }

  /** Decrypts a part of a small enclave into an array. */
  void openPart(int skip, byte[] target, int from, int length) throws PluginException {
    Objects.checkFromIndexSize(skip, length, size());
    session.run(
        lane -> {
          var chunk = lane.chunk().limit(size());
          try {
            lane.open(sealed, chunk);
            chunk.get(skip, target, from, length);
          } finally {
            dev.secmem.linux.NativeMemory.wipe(chunk.position(0).limit(size()));
          }
          return null;
        });
  }

  /** How long the content is. */
  public int size() {
    return sealed.length - Cipher.OVERHEAD_BYTES;
  }

  /** The ciphertext itself, for a test that damages it. */
  byte[] ciphertext() {
    return sealed;
  }

  @Override
  public String toString() {
    return "enclave of " + size() + " bytes";
  }
}

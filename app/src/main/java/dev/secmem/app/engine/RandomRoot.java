package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Argon2Parameters;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * A root key that is random at each start. While the agent is locked it lies sealed under a key
 * that Argon2id (RFC 9106) derives from a passphrase.
 */
final class RandomRoot implements RootSource {
  private static final int SALT_BYTES = 16;
  private static final byte[] LABEL = "secmem root key v1".getBytes(StandardCharsets.US_ASCII);

  private final KeyArena arena;
  private final CipherProvider ciphers;
  private final KeyRing keys;
  private final Argon2id argon2;

  /** 64 MiB each: one at a time. */
  private final Semaphore memory = new Semaphore(1, true);

  private volatile Sealed kept;

  private record Sealed(ByteBuffer salt, ByteBuffer message) {}

  RandomRoot(KeyArena arena, CipherProvider ciphers, KeyRing keys, Argon2id argon2) {
    this.arena = arena;
    this.ciphers = ciphers;
    this.keys = keys;
    this.argon2 = argon2;
  }

  /** Makes a root key and unlocks with it. */
  void start() throws PluginException, LinuxException {
    KeyArena.Slot root = Slots.allocate(arena);
    boolean taken = false;
    try {
      SecureRandomBytes.fill(root.buffer(Cipher.KEY_BYTES));
      taken = keys.unlock(root);
    } finally {
      if (!taken) {
        root.close();
      }
    }
  }

  @Override
  public void checkLock(boolean hasPassphrase) throws RequestException {
    if (!hasPassphrase) {
      throw Arguments.bad("LOCK of a random root needs a passphrase as its body");
    }
  }

  @Override
  public Preparation prepareLock(ByteBuffer passphrase)
      throws RequestException, PluginException, LinuxException {
    if (!passphrase.hasRemaining()) {
      throw Arguments.bad("an empty passphrase protects nothing");
    }
    ByteBuffer salt = ByteBuffer.allocateDirect(SALT_BYTES);
    SecureRandomBytes.fill(salt);
    ByteBuffer message = ByteBuffer.allocateDirect(Cipher.KEY_BYTES + Cipher.OVERHEAD_BYTES);
    try (KeyArena.Slot slot = Slots.allocate(arena);
        Cipher cipher = cipher(passphrase, salt.clear(), slot)) {
      keys.withRootKey(
          root -> cipher.seal(root.buffer(Cipher.KEY_BYTES), associatedData(), message));
    }
    Sealed sealedRoot = new Sealed(salt, message.flip());
    return () -> kept = sealedRoot;
  }

  @Override
  public Opening open(ByteBuffer passphrase)
      throws RequestException, PluginException, LinuxException {
    Sealed now = kept;
    if (now == null) {
      throw new RequestException(ErrorCode.CONFLICT, "already unlocked");
    }
    KeyArena.Slot root = Slots.allocate(arena);
    boolean opened = false;
    try (KeyArena.Slot slot = Slots.allocate(arena);
        Cipher cipher = cipher(passphrase, now.salt(), slot)) {
      cipher.open(now.message().duplicate(), associatedData(), root.buffer(Cipher.KEY_BYTES));
      opened = true;
    } catch (PluginException e) {
      if (e.reason() == PluginException.Reason.AUTHENTICATION_FAILED) {
        return null;
      }
      throw e;
    } finally {
      if (!opened) {
        root.close();
      }
    }
    return new RootOpening(keys, root) {
      @Override
      void accepted() {
        kept = null;
      }
    };
  }

  private Cipher cipher(ByteBuffer passphrase, ByteBuffer salt, KeyArena.Slot slot)
      throws PluginException {
    ByteBuffer key = slot.buffer(Cipher.KEY_BYTES);
    memory.acquireUninterruptibly();
    try {
      argon2.derive(passphrase, salt.duplicate(), Argon2Parameters.RFC9106_SECOND, key.duplicate());
    } finally {
      memory.release();
    }
    return ciphers.create(key);
  }

  private static ByteBuffer associatedData() {
    return ByteBuffer.allocateDirect(LABEL.length).put(LABEL).flip();
  }

  @Override
  public void lock() {
    // The root key is the ring's, which wipes it.
  }
}

package dev.secmem.app.engine;

import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;

/**
 * The protected memory of an engine: opened first, so that the host can judge what it really got.
 */
public final class EngineMemory implements AutoCloseable {
  /** Room for the keys of 128 epochs: more than the longest time can need at full speed. */
  private static final int KEY_ARENA_BYTES = 8192;

  private final KeyArena keyArena;
  private final ScratchPool scratch;

  private EngineMemory(KeyArena keyArena, ScratchPool scratch) {
    this.keyArena = keyArena;
    this.scratch = scratch;
  }

  /**
   * Opens it.
   *
   * @param maxSecretSize the largest value, in bytes
   */
  public static EngineMemory open(int maxSecretSize) throws LinuxException {
    KeyArena keyArena = KeyArena.open(KEY_ARENA_BYTES);
    try {
      return new EngineMemory(keyArena, ScratchPool.forPlaintext(maxSecretSize));
    } catch (LinuxException | RuntimeException e) {
      keyArena.close();
      throw e;
    }
  }

  KeyArena keyArena() {
    return keyArena;
  }

  ScratchPool scratch() {
    return scratch;
  }

  /** What the pages for keys really are. */
  public KeyArena.Kind keyArenaKind() {
    return keyArena.kind();
  }

  /** Whether the memory for plaintext is locked. */
  public boolean isScratchLocked() {
    return scratch.isLocked();
  }

  /** Wipes and releases it. */
  @Override
  public void close() {
    scratch.close();
    keyArena.close();
  }
}

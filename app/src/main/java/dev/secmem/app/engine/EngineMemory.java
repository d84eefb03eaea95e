package dev.secmem.app.engine;

import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;

/**
 * The protected memory of an engine: opened first, so that the host can judge what it really got.
 */
public final class EngineMemory implements AutoCloseable {
  /** How many data keys may have records at a time: each unlock makes one more. */
  static final int MAX_DATA_KEYS = 320;

  /** Room for those, the seed, the derived keys and what a few requests need while they run. */
  private static final int KEY_ARENA_BYTES = 512 * KeyArena.SLOT_BYTES;

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

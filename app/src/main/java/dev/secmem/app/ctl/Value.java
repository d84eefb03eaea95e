package dev.secmem.app.ctl;

import java.nio.ByteBuffer;

/** A value in native memory, wiped by close. Confined. */
final class Value implements AutoCloseable {
  private final LockedMemory memory;
  private final ByteBuffer bytes;

  Value(LockedMemory memory, ByteBuffer bytes) {
    this.memory = memory;
    this.bytes = bytes;
  }

  /** The value from position to limit; not to be used after close. */
  ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "Value";
  }
}

package dev.secmem.store.heapless;

import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/** The place of a buffer without bytes: there is nothing that could be read. */
final class EmptyRegion extends Region {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  @Override
  ByteBuffer memory() {
    return NOTHING;
  }

  @Override
  int offset() {
    return 0;
  }

  @Override
  Set<Protection> protections() {
    return EnumSet.allOf(Protection.class);
  }

  @Override
  void permit(NativeMemory.Access access) {
    // No page to open.
  }

  @Override
  boolean intact() {
    return true;
  }

  @Override
  void wipe() {
    // No byte to wipe.
  }

  @Override
  void release(boolean damaged) {
    // No page to give back.
  }
}

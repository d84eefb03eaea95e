package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.linux.KeyArena;

/** Room for keys, whose lack is an answer and not a fault. */
final class Slots {
  private Slots() {}

  /**
   * Takes a slot, which the caller closes.
   *
   * @throws PluginException {@code NO_SPACE} if the arena is full
   */
  static KeyArena.Slot allocate(KeyArena arena) throws PluginException {
    try {
      return arena.allocate();
    } catch (IllegalStateException e) {
      throw new PluginException(PluginException.Reason.NO_SPACE, e.getMessage(), e);
    }
  }
}

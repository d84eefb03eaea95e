package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.linux.KeyArena;

/** A root key in a slot, which the {@link KeyRing} takes over if it is the right one. Confined. */
abstract class RootOpening implements RootSource.Opening {
  private final KeyRing keys;
  private final KeyArena.Slot root;
  private boolean taken;

  /**
   * @param root owned
   */
  RootOpening(KeyRing keys, KeyArena.Slot root) {
    this.keys = keys;
    this.root = root;
  }

  @Override
  public final boolean accept() throws PluginException {
    taken = keys.unlock(root);
    if (taken) {
      accepted();
    }
    return taken;
  }

  /** What else is to happen once it was the right one. */
  abstract void accepted();

  @Override
  public void close() {
    if (!taken) {
      root.close();
    }
  }
}

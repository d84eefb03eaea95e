package dev.secmem.store.heapless;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.linux.NativeMemory;

/**
 * Makes stores that keep their records in guarded memory of the process.
 *
 * <p><b>Security properties.</b> Records lie between inaccessible pages, left out of core dumps and
 * of forked children, a canary between each two. They are not locked into RAM: they hold ciphertext
 * only. Unlike those of {@code memfd}, the pages are no file: nobody can be given them.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class HeaplessStoreProvider implements SecretStoreProvider {
  static final String NAME = "heapless";

  /** Made by {@link java.util.ServiceLoader}; loads no native library. */
  public HeaplessStoreProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    try {
      Pages.open(NativeMemory.PAGE_BYTES, Pages.Wish.UNLOCKED).close();
      return Availability.available();
    } catch (PluginException e) {
      return Availability.unavailable(e.getMessage());
    } catch (LinkageError e) {
      return Availability.unavailable("native calls do not work here: " + e);
    }
  }

  @Override
  public SecretStore open(StoreOptions options) throws PluginException {
    Availability availability = availability();
    if (!availability.isAvailable()) {
      throw Failure.ofStore(PluginException.Reason.UNAVAILABLE, availability.reason());
    }
    return new HeaplessStore(options.maxBytes());
  }
}

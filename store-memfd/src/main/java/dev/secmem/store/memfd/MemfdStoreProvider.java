package dev.secmem.store.memfd;

import dev.secmem.api.Availability;
import dev.secmem.api.PluginException;
import dev.secmem.api.store.SecretStore;
import dev.secmem.api.store.SecretStoreProvider;
import dev.secmem.api.store.StoreOptions;
import dev.secmem.linux.LinuxException;

/**
 * Makes stores that keep their records in memfd slabs.
 *
 * <p><b>Security properties.</b> A slab's file is sealed SHRINK, GROW, FUTURE_WRITE and SEAL and
 * its descriptor is closed: no other writable view of it can be made, by anyone, and there is
 * nothing left that pidfd_getfd(2) could copy. Slabs stay out of core dumps and of forked children.
 * They are not locked into RAM: they hold ciphertext only.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
public final class MemfdStoreProvider implements SecretStoreProvider {
  static final String NAME = "memfd";

  /** Made by {@link java.util.ServiceLoader}; loads no native library. */
  public MemfdStoreProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /** Makes one sealed page and lets it go: FUTURE_WRITE needs Linux 5.1. */
  @Override
  public Availability availability() {
    try {
      SlabMemory.open(Layout.SMALLEST_SLAB_BYTES).close();
      return Availability.available();
    } catch (LinuxException e) {
      return Availability.unavailable(e.getMessage());
    } catch (LinkageError e) {
      return Availability.unavailable("native calls do not work here: " + e);
    }
  }

  @Override
  public SecretStore open(StoreOptions options) throws PluginException {
    long maxBytes = options.maxBytes();
    Availability availability = availability();
    if (!availability.isAvailable()) {
      throw Failure.of(PluginException.Reason.UNAVAILABLE, availability.reason());
    }
    return new MemfdStore(maxBytes, Layout.slabBytes(maxBytes));
  }
}

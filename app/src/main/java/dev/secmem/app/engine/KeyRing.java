package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The data keys: a random one in the key arena, replaced by a new epoch's long before its nonces
 * could run out.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyRing implements AutoCloseable {
  /** Half of what a cipher allows, which is half of what random nonces allow. */
  static final long SEALS_PER_KEY = Cipher.MAX_SEALS / 2;

  private final KeyArena arena;
  private final CipherProvider provider;
  private final long sealsPerKey;
  private final AtomicLong seals = new AtomicLong();
  private final List<DataKey> live = new ArrayList<>();
  private volatile DataKey current;
  private volatile boolean closed;
  private int lastEpoch;

  KeyRing(KeyArena arena, CipherProvider provider, long sealsPerKey) throws PluginException {
    this.arena = arena;
    this.provider = provider;
    this.sealsPerKey = sealsPerKey;
    this.current = create();
  }

  /**
   * The key to seal the next record under, already counted as used by that record: the caller gives
   * it back with {@link DataKey#release} when the record is gone.
   */
  DataKey acquire() throws PluginException {
    if (seals.incrementAndGet() > sealsPerKey) {
      rotate();
    }
    while (!closed) {
      DataKey key = current;
      if (key.acquire()) {
        return key;
      }
    }
    throw new PluginException(PluginException.Reason.CLOSED, "the keys were wiped");
  }

  private synchronized void rotate() throws PluginException {
    if (seals.get() <= sealsPerKey) {
      return;
    }
    DataKey old = current;
    current = create();
    seals.set(1);
    old.supersede();
    live.removeIf(DataKey::isWiped);
  }

  private DataKey create() throws PluginException {
    KeyArena.Slot slot;
    try {
      slot = arena.allocate();
    } catch (IllegalStateException e) {
      throw new PluginException(PluginException.Reason.NO_SPACE, e.getMessage(), e);
    }
    try {
      SecureRandomBytes.fill(slot.buffer(Cipher.KEY_BYTES));
      DataKey key = new DataKey(++lastEpoch, slot, provider.create(slot.buffer(Cipher.KEY_BYTES)));
      live.add(key);
      return key;
    } catch (LinuxException e) {
      slot.close();
      throw new PluginException(PluginException.Reason.FAILED, e.getMessage(), e);
    } catch (PluginException | RuntimeException e) {
      slot.close();
      throw e;
    }
  }

  /** Wipes every key and what its cipher holds, also where records are left. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    live.forEach(DataKey::destroy);
  }
}

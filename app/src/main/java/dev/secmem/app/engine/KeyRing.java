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
 * The data keys: a random one in the key arena, replaced by a new epoch's at every unlock, and long
 * before its nonces could run out. Locked at first; while it is locked, there are only the wrapped
 * forms of keys that records need.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyRing implements AutoCloseable {
  /** Half of what a cipher allows, which is half of what random nonces allow. */
  static final long SEALS_PER_KEY = Cipher.MAX_SEALS / 2;

  private final KeyArena arena;
  private final CipherProvider provider;
  private final KeyWrapper wrapper;
  private final long sealsPerKey;
  private final int maxKeys;
  private final AtomicLong seals = new AtomicLong();
  private final List<DataKey> live = new ArrayList<>();
  private KeyArena.Slot root;
  private volatile DataKey current;
  private int lastEpoch;

  /**
   * @param arena takes the keys; has room for {@code maxKeys} and a few more
   * @param maxKeys how many epochs may have records at a time
   */
  KeyRing(
      KeyArena arena, CipherProvider provider, KeyWrapper wrapper, long sealsPerKey, int maxKeys) {
    this.arena = arena;
    this.provider = provider;
    this.wrapper = wrapper;
    this.sealsPerKey = sealsPerKey;
    this.maxKeys = maxKeys;
  }

  /**
   * Brings back the keys of all records and opens a new epoch.
   *
   * @param rootKey owned from here on if the answer is true, else the caller's
   * @return false, with nothing changed, if a record's key was wrapped under another root key
   * @throws IllegalStateException if it is unlocked
   */
  synchronized boolean unlock(KeyArena.Slot rootKey) throws PluginException {
    if (root != null) {
      throw new IllegalStateException("unlocked already");
    }
    boolean done = false;
    try {
      live.removeIf(DataKey::isOver);
      for (DataKey key : live) {
        if (!restore(key, rootKey)) {
          return false;
        }
      }
      root = rootKey;
      if (live.size() < maxKeys) {
        renew(0); // else when records have ended; what is there can be read
      }
      done = true;
      return true;
    } finally {
      if (!done) {
        root = null;
        live.forEach(DataKey::lock);
      }
    }
  }

  private boolean restore(DataKey key, KeyArena.Slot rootKey) throws PluginException {
    KeyArena.Slot slot = Slots.allocate(arena);
    boolean restored = false;
    try {
      if (wrapper.unwrap(
          rootKey.buffer(Cipher.KEY_BYTES), key.wrapped(), slot.buffer(Cipher.KEY_BYTES))) {
        key.restore(slot, provider.create(slot.buffer(Cipher.KEY_BYTES)));
        restored = true;
      }
      return restored;
    } finally {
      if (!restored) {
        slot.close();
      }
    }
  }

  /** Wipes the root key and every data key. Idempotent. */
  synchronized void lock() {
    current = null;
    live.forEach(DataKey::lock);
    live.removeIf(DataKey::isOver);
    if (root != null) {
      root.close();
      root = null;
    }
  }

  /** Something to do with the root key. */
  interface RootKeyUse {
    /**
     * @param rootKey lent, 32 bytes
     */
    void apply(KeyArena.Slot rootKey) throws PluginException, LinuxException;
  }

  /**
   * Lends the root key.
   *
   * @throws PluginException {@code CLOSED} if it is locked
   */
  synchronized void withRootKey(RootKeyUse use) throws PluginException, LinuxException {
    if (root == null) {
      throw locked();
    }
    use.apply(root);
  }

  /**
   * The key to seal the next record under, already counted as used by that record: the caller gives
   * it back with {@link DataKey#release} when the record is gone.
   *
   * @throws PluginException {@code CLOSED} if it is locked, {@code NO_SPACE} if there are records
   *     of as many epochs as may be
   */
  DataKey acquire() throws PluginException {
    boolean due = seals.incrementAndGet() > sealsPerKey;
    while (true) {
      DataKey key = current;
      if (key == null || due) {
        key = replace();
        due = false;
      }
      if (key.acquire()) {
        return key;
      }
    }
  }

  private synchronized DataKey replace() throws PluginException {
    if (root == null) {
      throw locked();
    }
    if (current == null || seals.get() > sealsPerKey) {
      live.removeIf(DataKey::isOver);
      if (live.size() >= maxKeys) {
        throw new PluginException(
            PluginException.Reason.NO_SPACE,
            "there are secrets of " + maxKeys + " keys; delete old ones");
      }
      renew(1);
    }
    return current;
  }

  private void renew(long sealsSoFar) throws PluginException {
    DataKey old = current;
    DataKey next = create();
    live.add(next);
    current = next;
    seals.set(sealsSoFar);
    if (old != null) {
      old.supersede();
    }
  }

  private DataKey create() throws PluginException {
    KeyArena.Slot slot = Slots.allocate(arena);
    boolean done = false;
    try {
      SecureRandomBytes.fill(slot.buffer(Cipher.KEY_BYTES));
      WrappedKey wrapped =
          wrapper.wrap(root.buffer(Cipher.KEY_BYTES), lastEpoch + 1, slot.buffer(Cipher.KEY_BYTES));
      DataKey key = new DataKey(wrapped, slot, provider.create(slot.buffer(Cipher.KEY_BYTES)));
      lastEpoch++;
      done = true;
      return key;
    } catch (LinuxException e) {
      throw new PluginException(PluginException.Reason.FAILED, e.getMessage(), e);
    } finally {
      if (!done) {
        slot.close();
      }
    }
  }

  private static PluginException locked() {
    return new PluginException(PluginException.Reason.CLOSED, "the agent is locked");
  }

  /** Wipes every key and what its cipher holds, also where records are left. Idempotent. */
  @Override
  public void close() {
    lock();
  }
}

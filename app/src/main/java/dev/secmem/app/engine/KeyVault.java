package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.KeyDerivation;
import dev.secmem.api.crypto.KeyType;
import dev.secmem.api.transport.RequestException;
import dev.secmem.app.keys.KeyPath;
import dev.secmem.app.keys.KeyTree;
import dev.secmem.linux.Clock;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The seed while the agent is unlocked, and the keys that were derived from it of late.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class KeyVault implements AutoCloseable {
  static final int MAX_KEYS = 64;
  private static final long LIFE_NANOS = 3_600_000_000_000L;

  private final KeyArena arena;
  private final KeyDerivation derivation;
  private final KeyTree tree;
  private final long lifeNanos;

  /** Least recently used first. */
  private final LinkedHashMap<Id, DerivedKey> keys = new LinkedHashMap<>(MAX_KEYS * 2, 0.75f, true);

  private KeyArena.Slot seed;

  private record Id(KeyPath path, KeyType type) {}

  /** Something to do with a key. */
  interface Use<T> {
    /**
     * @param key lent
     */
    T apply(DerivedKey key) throws PluginException, LinuxException, RequestException;
  }

  KeyVault(KeyArena arena, KeyDerivation derivation) {
    this(arena, derivation, LIFE_NANOS);
  }

  /**
   * @param lifeNanos how long a derived key is kept
   */
  KeyVault(KeyArena arena, KeyDerivation derivation, long lifeNanos) {
    this.arena = arena;
    this.lifeNanos = lifeNanos;
    this.derivation = derivation;
    this.tree = new KeyTree(derivation, arena);
  }

  /**
   * Takes a seed, of which keys are derived from now on.
   *
   * @param newSeed owned from here on; 64 bytes
   */
  synchronized void open(KeyArena.Slot newSeed) {
    close();
    seed = newSeed;
  }

  /**
   * Lends a key pair.
   *
   * @throws PluginException {@code CLOSED} if there is no seed
   */
  <T> T withKey(KeyPath path, KeyType type, Use<T> use)
      throws PluginException, LinuxException, RequestException {
    return with(new Id(path, type), use);
  }

  /** Lends a node that symmetric keys are derived from; it has no public key. */
  <T> T withNode(KeyPath path, Use<T> use)
      throws PluginException, LinuxException, RequestException {
    return with(new Id(path, null), use);
  }

  private <T> T with(Id id, Use<T> use) throws PluginException, LinuxException, RequestException {
    while (true) {
      DerivedKey key = find(id);
      long stamp = key.begin();
      if (stamp == 0) {
        continue; // it had to make room since it was found
      }
      try {
        return use.apply(key);
      } finally {
        key.end(stamp);
      }
    }
  }

  private synchronized DerivedKey find(Id id) throws PluginException {
    if (seed == null) {
      throw new PluginException(PluginException.Reason.CLOSED, "the agent is locked");
    }
    DerivedKey key = keys.get(id);
    if (key != null && Clock.boottimeNanos() < key.endNanos()) {
      return key;
    }
    if (key != null) {
      keys.remove(id).close();
    }
    if (keys.size() >= MAX_KEYS) {
      Iterator<DerivedKey> oldest = keys.values().iterator();
      DerivedKey leaving = oldest.next();
      oldest.remove();
      leaving.close();
    }
    key = derive(id);
    keys.put(id, key);
    return key;
  }

  private DerivedKey derive(Id id) throws PluginException {
    KeyArena.Slot slot = Slots.allocate(arena);
    boolean done = false;
    try {
      ByteBuffer privateKey = slot.buffer(KeyDerivation.PRIVATE_KEY_BYTES);
      KeyType type = id.type() == null ? KeyType.ED25519 : id.type();
      tree.derive(seed.buffer(KeyDerivation.SHA512_BYTES), id.path(), type, privateKey.duplicate());
      ByteBuffer publicKey = id.type() == null ? null : publicKey(id.type(), privateKey);
      DerivedKey key = new DerivedKey(slot, publicKey, Clock.boottimeNanos() + lifeNanos);
      done = true;
      return key;
    } finally {
      if (!done) {
        slot.close();
      }
    }
  }

  private ByteBuffer publicKey(KeyType type, ByteBuffer privateKey) throws PluginException {
    ByteBuffer publicKey = ByteBuffer.allocateDirect(type.publicKeyBytes());
    derivation.publicKey(type, privateKey, publicKey);
    return publicKey.flip();
  }

  /** Wipes keys whose time is over. */
  synchronized void sweep() {
    long now = Clock.boottimeNanos();
    Iterator<DerivedKey> each = keys.values().iterator();
    while (each.hasNext()) {
      DerivedKey key = each.next();
      if (now >= key.endNanos()) {
        each.remove();
        key.close();
      }
    }
  }

  /** Wipes the seed and every key, after their uses have ended. Idempotent. */
  @Override
  public synchronized void close() {
    keys.values().forEach(DerivedKey::close);
    keys.clear();
    if (seed != null) {
      seed.close();
      seed = null;
    }
  }
}

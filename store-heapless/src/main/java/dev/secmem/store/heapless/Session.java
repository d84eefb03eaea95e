package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.Plugins;
import dev.secmem.api.crypto.CipherProvider;
import dev.secmem.linux.KeyArena;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A key that lives as long as the process, or until a purge, and what seals with it. There is one
 * at a time, made when first needed.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Session {
  private static final int LANES = Math.max(2, Math.min(16, 2 * cpus()));
  private static final List<String> CIPHERS = List.of("openssl", "tink", "bc");

  private static volatile Session current;
  private static volatile boolean unlockedAllowed;

  private final KeyArena arena;
  private final KeyHalves halves;
  private final Lane[] lanes = new Lane[LANES];

  /** Changed by whoever holds the locks of all lanes, read by whoever holds one. */
  private boolean closed;

  private Session(KeyArena arena) throws PluginException {
    this.arena = arena;
    if (arena.kind() == KeyArena.Kind.NONE && !unlockedAllowed) {
      throw Failure.of(
          Reason.UNAVAILABLE,
          "the key of enclaves cannot be locked into memory; raise the memlock limit with"
              + " 'ulimit -l', LimitMEMLOCK= (systemd) or --ulimit memlock= (containers)");
    }
    CipherProvider provider = provider();
    halves = new KeyHalves(arena);
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new Lane(arena, halves, provider);
    }
  }

  /** The one in use, made now if there is none. */
  static Session current() throws PluginException {
    Session session = current;
    if (session != null) {
      return session;
    }
    synchronized (Session.class) {
      if (current == null) {
        current = open();
        Splitter.start();
      }
      return current;
    }
  }

  /** Kills all that was sealed so far; the next seal begins a new session. */
  static void purge() {
    Session old;
    synchronized (Session.class) {
      old = current;
      current = null;
    }
    if (old != null) {
      old.close();
    }
  }

  static void splitCurrentAnew() throws PluginException {
    Session session = current;
    if (session != null) {
      session.splitAnew();
    }
  }

  static void allowUnlocked() {
    unlockedAllowed = true;
  }

  /** The pages for plaintext that passes through. */
  static Pages.Wish wish() {
    return unlockedAllowed ? Pages.Wish.ANY : Pages.Wish.BEST;
  }

  private static Session open() throws PluginException {
    KeyArena arena;
    try {
      arena = KeyArena.open(NativeMemory.PAGE_BYTES);
    } catch (LinuxException e) {
      throw Failure.of(e);
    }
    boolean complete = false;
    try {
      Session session = new Session(arena);
      complete = true;
      return session;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  private static CipherProvider provider() throws PluginException {
    ServiceLoader<CipherProvider> loader =
        ServiceLoader.load(CipherProvider.class, Session.class.getClassLoader());
    Plugins<CipherProvider> ciphers = Plugins.load("cipher", loader);
    String chosen = System.getProperty("dev.secmem.heapless.cipher");
    return chosen == null ? ciphers.firstAvailable(CIPHERS) : ciphers.named(chosen);
  }

  /**
   * Runs work with a lane that no other thread has.
   *
   * @throws PluginException {@code CLOSED} after a purge
   */
  <R> R run(Work<R> work) throws PluginException {
    Lane lane = acquire();
    try {
      if (closed) {
        throw Failure.of(Reason.CLOSED, "what was sealed before a purge cannot be opened");
      }
      return work.run(lane);
    } finally {
      lane.lock.unlock();
    }
  }

  private Lane acquire() {
    // No thread has a lane twice: nobody else's code runs while one is held.
    int home = (int) Thread.currentThread().getId() & LANES - 1;
    for (int i = 0; i < LANES; i++) {
      Lane lane = lanes[(home + i) % LANES];
      if (lane.lock.tryLock()) {
        return lane;
      }
    }
    Lane lane = lanes[home % LANES];
    lane.lock.lock();
    return lane;
  }

  private void splitAnew() throws PluginException {
    lockAll();
    try {
      if (!closed) {
        halves.splitAnew();
      }
    } finally {
      unlockAll();
    }
  }

  /** Copies of the key's halves as they are now, for a test. */
  static byte[][] halvesNow() throws PluginException {
    Session session = current();
    return session.run(lane -> session.halves.copies());
  }

  private void close() {
    lockAll();
    try {
      closed = true;
      for (Lane lane : lanes) {
        lane.close();
      }
      arena.close();
    } finally {
      unlockAll();
    }
  }

  /** In one order: two that do so cannot wait for each other. */
  private void lockAll() {
    for (Lane lane : lanes) {
      lane.lock.lock();
    }
  }

  private void unlockAll() {
    for (Lane lane : lanes) {
      lane.lock.unlock();
    }
  }

  private static int cpus() {
    return Integer.highestOneBit(Runtime.getRuntime().availableProcessors());
  }

  /** What is done with a lane. */
  interface Work<R> {
    R run(Lane lane) throws PluginException;
  }
}

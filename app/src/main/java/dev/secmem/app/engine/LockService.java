package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.LinuxException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The verbs LOCK and UNLOCK, and the lock that comes by itself.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class LockService {
  /** A random root's passphrase may be as long; of a mnemonic it is more than can be used. */
  private static final int MAX_BODY_BYTES = 4096;

  private final LockGate gate;
  private final KeyRing keys;
  private final RootSource root;
  private final KeyRights rights;
  private final ScratchPool scratch;
  private final UnlockPauses pauses = new UnlockPauses();

  /** Each try takes slots of the key arena: a few at a time. */
  private final Semaphore tries = new Semaphore(8, true);

  /** Held while the state changes, so that locking and unlocking go one after the other. */
  private final ReentrantLock change = new ReentrantLock();

  LockService(LockGate gate, KeyRing keys, RootSource root, KeyRights rights, ScratchPool scratch) {
    this.gate = gate;
    this.keys = keys;
    this.root = root;
    this.rights = rights;
    this.scratch = scratch;
  }

  void unlock(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 0, 0);
    Body body = exchange.request().body();
    rights.check(exchange.peer());
    int sizeBytes = checkedSize(body);
    UnlockPauses.Guesser guesser = pauses.of(exchange.peer().uid());
    synchronized (guesser) {
      if (!gate.isLocked()) {
        throw unlocked();
      }
      guesser.begin();
      tries.acquireUninterruptibly();
      try (ScratchPool.Piece piece = scratch.borrow(sizeBytes)) {
        body.read(piece.buffer());
        if (!unlock(root.open(piece.buffer()))) {
          throw guesser.wrong();
        }
      } catch (PluginException | LinuxException e) {
        throw Failures.of(e);
      } finally {
        tries.release();
      }
      guesser.right();
    }
    exchange.ok("");
  }

  private boolean unlock(RootSource.Opening opening) throws RequestException, PluginException {
    if (opening == null) {
      return false;
    }
    change.lock();
    try (opening) {
      if (!gate.isLocked()) {
        throw unlocked();
      }
      boolean right = opening.accept();
      if (right) {
        gate.open();
      }
      return right;
    } finally {
      change.unlock();
    }
  }

  void lock(Exchange exchange) throws RequestException {
    Arguments.count(exchange.request(), 0, 0);
    boolean hasPassphrase = exchange.request().hasBody();
    Body body = hasPassphrase ? exchange.request().body() : null;
    rights.check(exchange.peer());
    if (!shutAgain()) {
      root.checkLock(hasPassphrase);
      lock(body);
    }
    exchange.ok("");
  }

  private void lock(Body passphrase) throws RequestException {
    int sizeBytes = passphrase == null ? 0 : checkedSize(passphrase);
    RootSource.Preparation preparation;
    tries.acquireUninterruptibly();
    try (ScratchPool.Piece piece = scratch.borrow(sizeBytes)) {
      if (passphrase != null) {
        passphrase.read(piece.buffer());
      }
      preparation = root.prepareLock(passphrase == null ? null : piece.buffer());
    } catch (PluginException e) {
      throw e.reason() == PluginException.Reason.UNAVAILABLE
          ? new RequestException(ErrorCode.CONFLICT, e.getMessage())
          : Failures.of(e);
    } catch (LinuxException e) {
      throw Failures.of(e);
    } finally {
      tries.release();
    }
    change.lock();
    try {
      if (gate.isLocked()) {
        // With another passphrase than this one, perhaps: that must not look like this one's.
        throw new RequestException(ErrorCode.CONFLICT, "another request locked it meanwhile");
      }
      preparation.accept();
      shut();
    } finally {
      change.unlock();
    }
  }

  /**
   * Locks a mnemonic's agent that nobody has used since {@code lastUseNanos}.
   *
   * @return whether it did
   */
  boolean lockUnused(long lastUseNanos) {
    change.lock();
    try {
      if (gate.isLocked() || gate.lastUseNanos() != lastUseNanos) {
        return false;
      }
      shut();
      return true;
    } finally {
      change.unlock();
    }
  }

  /** Of a locked agent: finishes what a LOCK that failed half-way, for want of heap, has left. */
  private boolean shutAgain() {
    change.lock();
    try {
      if (gate.isLocked()) {
        shut();
      }
      return gate.isLocked();
    } finally {
      change.unlock();
    }
  }

  private void shut() {
    gate.shut();
    // Wiped at once, whoever still waits for a slow client; what is being computed ends first.
    try {
      root.lock();
    } finally {
      try {
        keys.lock();
      } finally {
        gate.awaitRequests();
      }
    }
  }

  private static int checkedSize(Body body) throws RequestException {
    if (body.sizeBytes() > MAX_BODY_BYTES) {
      throw new RequestException(
          ErrorCode.TOO_LARGE, "mnemonic and passphrase have at most " + MAX_BODY_BYTES + " bytes");
    }
    return (int) body.sizeBytes();
  }

  private static RequestException unlocked() {
    return new RequestException(ErrorCode.CONFLICT, "already unlocked");
  }
}

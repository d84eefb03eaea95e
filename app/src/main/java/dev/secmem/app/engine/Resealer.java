package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Changes what is said of a secret while its value, version and reads stay: everything that an
 * entry says is associated data, so the record is opened and sealed anew.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Resealer {
  private final SecretTable table;
  private final RecordVault vault;
  private final Quota quota;
  private final ScratchPool scratch;
  private final Reaper reaper;

  Resealer(SecretTable table, RecordVault vault, Quota quota, ScratchPool scratch, Reaper reaper) {
    this.table = table;
    this.vault = vault;
    this.quota = quota;
    this.scratch = scratch;
    this.reaper = reaper;
  }

  /** What an entry is to say from now on. */
  record Change(Key key, long deadlineNanos, Grants grants) {}

  /** Decides on a change while the locks of both names are held. */
  interface Plan {
    /**
     * @return null to leave it as it is
     */
    Change of(Entry old, long nowNanos) throws RequestException;
  }

  /**
   * Changes the owner's secret of that name.
   *
   * @param other another name that the plan looks at or changes to; else the same
   * @return the entry that is shown now
   */
  Entry reseal(Exchange exchange, Key key, Key other, Plan plan) throws RequestException {
    while (true) {
      Entry seen = table.own(key);
      // Scratch before the locks, as PUT takes them: else the two could wait for each other.
      try (ScratchPool.Piece piece = scratch.borrow(seen == null ? 0 : seen.sizeBytes)) {
        Entry done = tryReseal(exchange, key, other, plan, piece);
        if (done != null) {
          return done;
        }
      }
    }
  }

  /** Null if the secret's size is another than the scratch's by now. */
  private Entry tryReseal(Exchange exchange, Key key, Key other, Plan plan, ScratchPool.Piece piece)
      throws RequestException {
    boolean inOrder = table.lockOrder(key) <= table.lockOrder(other);
    ReentrantLock first = table.writeLock(inOrder ? key : other);
    ReentrantLock second = table.writeLock(inOrder ? other : key);
    first.lock();
    second.lock();
    try {
      long now = Clock.boottimeNanos();
      Entry old = reaper.settle(key, now);
      if (old == null) {
        throw table.isRemembered(key, now) ? SecretTable.expired() : SecretTable.notFound();
      }
      exchange.about(old);
      if (old.sizeBytes != piece.buffer().remaining()) {
        return null;
      }
      Change change = plan.of(old, now);
      return change == null ? old : replace(old, change, piece);
    } finally {
      second.unlock();
      first.unlock();
    }
  }

  private Entry replace(Entry old, Change change, ScratchPool.Piece piece) throws RequestException {
    // A new time alone takes no other room: it never fails for want of quota.
    boolean counted = change.grants() != old.grants || change.key() != old.key;
    if (counted) {
      quota.addSecret(change.key(), old.sizeBytes, change.grants(), old);
    }
    boolean done = false;
    try {
      Entry entry = sealAnew(old, change, piece);
      try {
        done = old.succeed(entry, () -> reaper.show(entry));
      } finally {
        if (!done) {
          reaper.discard(entry); // not shown: the old one's last read came first, or no heap
        }
      }
      if (!done) {
        throw SecretTable.notFound();
      }
      if (counted) {
        reaper.bury(old);
      } else {
        reaper.buryReplaced(old);
      }
      return entry;
    } finally {
      if (counted && !done) {
        quota.removeSecret(change.key(), old.sizeBytes, change.grants());
      }
    }
  }

  private Entry sealAnew(Entry old, Change change, ScratchPool.Piece piece)
      throws RequestException {
    try {
      vault.open(old, piece.buffer());
      return vault.put(
          change.key(),
          old.version,
          change.deadlineNanos(),
          old.readsLimit,
          change.grants(),
          piece.buffer());
    } catch (PluginException e) {
      if (e.reason() == PluginException.Reason.NOT_FOUND && old.isGone()) {
        throw SecretTable.notFound();
      }
      throw Failures.of(e);
    }
  }
}

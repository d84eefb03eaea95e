package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.linux.Clock;
import dev.secmem.linux.LinuxException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends secrets: takes them out of the table, wipes their records, gives their quota back; and does
 * so by itself, in a thread of its own, as soon as their time is over.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Reaper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");

  private final SecretTable table;
  private final RecordVault vault;
  private final Quota quota;
  private final ExpiryListener listener;
  private final DeadlineThread thread;

  /** Hears of each secret whose time ran out, after it was wiped. */
  interface ExpiryListener {
    void expired(Entry entry);
  }

  Reaper(SecretTable table, RecordVault vault, Quota quota, ExpiryListener listener)
      throws LinuxException {
    this.table = table;
    this.vault = vault;
    this.quota = quota;
    this.listener = listener;
    // GET looks at the clock itself, so nothing is served late should a sweep be.
    this.thread = new DeadlineThread("secmem-reaper", this::sweep);
  }

  void start() {
    thread.start();
  }

  /** Shows a new entry, and wakes the thread earlier if need be. The write lock is held. */
  void show(Entry entry) {
    if (table.show(entry)) {
      try {
        arm();
      } catch (LinuxException e) {
        LOG.log(System.Logger.Level.ERROR, "timer could not be set: " + e.getMessage());
      }
    }
  }

  /**
   * The owner's secret of that name, after one whose time is over was ended. The write lock is
   * held.
   *
   * @return null if there is none
   */
  Entry settle(Key key, long nowNanos) {
    Entry entry = table.own(key);
    if (entry != null && entry.isExpired(nowNanos)) {
      expire(entry);
      return null;
    }
    return entry;
  }

  /** Wipes an entry whose life the caller ended. */
  void bury(Entry entry) {
    buryReplaced(entry);
    quota.removeSecret(entry.key, entry.sizeBytes, entry.grants);
  }

  /** Wipes an entry whose quota went over to its successor. */
  void buryReplaced(Entry entry) {
    table.hide(entry);
    discard(entry);
  }

  /** Wipes an entry's record that was never shown, or is hidden by now. */
  void discard(Entry entry) {
    try {
      vault.delete(entry);
    } catch (PluginException e) {
      if (e.reason() != PluginException.Reason.CLOSED) {
        LOG.log(System.Logger.Level.ERROR, "a record could not be wiped: " + e.getMessage());
      }
    }
  }

  private void expire(Entry entry) {
    try {
      table.remember(entry); // before its end: at no moment is it merely unknown
    } catch (OutOfMemoryError e) {
      // It will be told as unknown: that it is wiped in time matters more.
    }
    if (entry.retire()) {
      bury(entry);
      listener.expired(entry);
    } else {
      table.forget(entry.key, entry.deadlineNanos);
    }
  }

  private void sweep() throws LinuxException {
    while (!thread.isClosed()) {
      Entry entry = table.earliest();
      if (entry == null || !entry.isExpired(Clock.boottimeNanos())) {
        arm();
        return;
      }
      ReentrantLock lock = table.writeLock(entry.key);
      lock.lock();
      try {
        if (entry.isGone()) {
          table.hide(entry); // who ended it is about to do the same
        } else {
          expire(entry);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Sets the timer to the earliest deadline there is now. Look and setting are one step: a thread
   * that was held up between them would put the timer back behind a deadline shown meanwhile.
   */
  private synchronized void arm() throws LinuxException {
    Entry entry = table.earliest();
    if (entry != null) {
      thread.arm(entry.deadlineNanos);
    }
  }

  /** Ends the thread. Secrets stay as they are. */
  @Override
  public void close() {
    thread.close();
  }
}

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
  /** At least so often it looks, whatever became of the timer when secrets were shown. */
  private static final long LOOK_NANOS = 60_000_000_000L;

  /** What could not be taken out or wiped for want of heap is tried again so often. */
  private static final long AGAIN_NANOS = 1_000_000_000L;

  private final SecretTable table;
  private final RecordVault vault;
  private final Quota quota;
  private final ExpiryListener listener;
  private final DeadlineThread thread;

  /** Whether the timer may be set to a later moment than the earliest deadline. */
  private volatile boolean unset;

  private final Postponed hidings;
  private final Postponed wipings;

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
    this.hidings = new Postponed(table::hide);
    this.wipings = new Postponed(this::wipe);
    // GET looks at the clock itself, so nothing is served late should a sweep be.
    this.thread = new DeadlineThread("secmem-reaper", this::sweep);
  }

  void start() {
    thread.start();
  }

  /** Shows a new entry, and wakes the thread earlier if need be. The write lock is held. */
  void show(Entry entry) {
    if (table.show(entry) || unset) {
      try {
        armOrTellWhyNot();
      } catch (RuntimeException | Error e) {
        unset = true; // it is shown all the same: the next one sets the timer
      }
    }
  }

  /** The secret is kept, and is not served late, even if nobody can be told when it ends. */
  private void armOrTellWhyNot() {
    for (int tries = 0; tries < 3; tries++) {
      try {
        arm();
        return;
      } catch (LinuxException e) {
        unset = true;
        QuietLog.error("timer could not be set", e.getMessage());
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

  /** Wipes an entry whose life the caller ended. Never fails: see {@link #discard}. */
  void bury(Entry entry) {
    buryReplaced(entry);
    quota.removeSecret(entry.key, entry.sizeBytes, entry.grants);
  }

  /** Wipes an entry whose quota went over to its successor. Never fails: see {@link #discard}. */
  void buryReplaced(Entry entry) {
    hide(entry);
    discard(entry);
  }

  /**
   * Wipes an entry's record that was never shown, or is hidden by now. Where there is no heap to do
   * it, the thread does, about a second after there is some; it is not served meanwhile.
   */
  void discard(Entry entry) {
    try {
      wipe(entry);
    } catch (Error e) {
      postpone(wipings, entry, e);
    }
  }

  private void wipe(Entry entry) {
    try {
      vault.delete(entry);
    } catch (PluginException e) {
      if (e.reason() != PluginException.Reason.CLOSED) {
        QuietLog.error("a record could not be wiped", e.getMessage());
      }
    } catch (RuntimeException e) {
      QuietLog.error("a record could not be wiped", e.getClass().getName());
    }
  }

  private void hide(Entry entry) {
    try {
      table.hide(entry);
    } catch (Error e) {
      postpone(hidings, entry, e);
    }
  }

  private void postpone(Postponed steps, Entry entry, Error cause) {
    boolean kept = steps.add(entry);
    QuietLog.error(
        "a secret that ended is not wiped " + (kept ? "yet" : "before the agent ends"),
        cause.getClass().getName());
    try {
      arm();
    } catch (LinuxException | RuntimeException | Error e) {
      unset = true; // who is shown next sets the timer, or it comes by itself
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
    endExpired();
    hidings.retry();
    wipings.retry();
    arm();
  }

  private void endExpired() {
    while (!thread.isClosed()) {
      Entry entry = table.earliest();
      if (entry == null || !entry.isExpired(Clock.boottimeNanos())) {
        return;
      }
      ReentrantLock lock = table.writeLock(entry.key);
      lock.lock();
      try {
        if (entry.isGone()) {
          hide(entry); // who ended it is about to do the same
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
    boolean done = hidings.isEmpty() && wipings.isEmpty();
    long look = Clock.boottimeNanos() + (done ? LOOK_NANOS : AGAIN_NANOS);
    thread.arm(entry == null ? look : Math.min(look, entry.deadlineNanos));
    unset = false;
  }

  /** Ends the thread. Secrets stay as they are. */
  @Override
  public void close() {
    thread.close();
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.crypto.Cipher;
import dev.secmem.linux.KeyArena;

/**
 * A key that records are sealed under, with its epoch. It only opens once a newer one exists, and
 * is wiped when the last record under it is gone.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class DataKey {
  private final int epoch;
  private final KeyArena.Slot slot;
  private final Cipher cipher;

  private long records;
  private boolean superseded;

  DataKey(int epoch, KeyArena.Slot slot, Cipher cipher) {
    this.epoch = epoch;
    this.slot = slot;
    this.cipher = cipher;
  }

  int epoch() {
    return epoch;
  }

  /** The cipher; usable while the caller counts as a user of this key. */
  Cipher cipher() {
    return cipher;
  }

  /** Counts one more record, or says no: the key was wiped meanwhile. */
  synchronized boolean acquire() {
    if (superseded && records == 0) {
      return false;
    }
    records++;
    return true;
  }

  /** Counts one record less; nobody opens that one any more. */
  synchronized void release() {
    records--;
    wipeIfUnused();
  }

  /** A newer key seals from now on. */
  synchronized void supersede() {
    superseded = true;
    wipeIfUnused();
  }

  /** Wipes the key, whatever records there still are under it. Nobody uses the cipher any more. */
  synchronized void destroy() {
    superseded = true;
    cipher.close();
    slot.close();
  }

  /** Whether it was wiped because nothing needs it any more. */
  synchronized boolean isWiped() {
    return superseded && records == 0;
  }

  private void wipeIfUnused() {
    if (superseded && records == 0) {
      cipher.close();
      slot.close();
    }
  }
}

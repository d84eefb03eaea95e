package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.linux.KeyArena;
import java.nio.ByteBuffer;

/**
 * A key that records are sealed under, with its epoch. It only opens once a newer one exists. While
 * the agent is locked it is wiped, and its wrapped form is kept; when the last record under it is
 * gone, it is wiped for good.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class DataKey {
  private final WrappedKey wrapped;

  private KeyArena.Slot slot;
  private volatile Cipher cipher;
  private long records;
  private boolean superseded;

  DataKey(WrappedKey wrapped, KeyArena.Slot slot, Cipher cipher) {
    this.wrapped = wrapped;
    this.slot = slot;
    this.cipher = cipher;
  }

  int epoch() {
    return wrapped.epoch();
  }

  WrappedKey wrapped() {
    return wrapped;
  }

  /**
   * {@link Cipher#seal} under this key, for a caller that counts as its user.
   *
   * @throws PluginException {@code CLOSED} also if the agent was locked meanwhile
   */
  void seal(ByteBuffer plaintext, ByteBuffer associatedData, ByteBuffer target)
      throws PluginException {
    try {
      cipher().seal(plaintext, associatedData, target);
    } catch (IllegalStateException e) {
      throw wiped();
    }
  }

  /** {@link Cipher#open} under this key, likewise. */
  void open(ByteBuffer message, ByteBuffer associatedData, ByteBuffer plaintext)
      throws PluginException {
    try {
      cipher().open(message, associatedData, plaintext);
    } catch (IllegalStateException e) {
      throw wiped();
    }
  }

  private Cipher cipher() throws PluginException {
    Cipher now = cipher;
    if (now == null) {
      throw wiped();
    }
    return now;
  }

  private static PluginException wiped() {
    return new PluginException(PluginException.Reason.CLOSED, "the key was wiped");
  }

  /** Counts one more record, or says no: the key was wiped for good meanwhile. */
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
    if (isOver()) {
      wipe();
    }
  }

  /** A newer key seals from now on. */
  synchronized void supersede() {
    superseded = true;
    if (isOver()) {
      wipe();
    }
  }

  /** Wipes the key; nothing is sealed or opened with it until {@link #restore}. Idempotent. */
  synchronized void lock() {
    superseded = true;
    wipe();
  }

  /**
   * Brings a locked key back.
   *
   * @param newSlot owned from here on; holds the key
   * @param newCipher owned from here on
   */
  synchronized void restore(KeyArena.Slot newSlot, Cipher newCipher) {
    slot = newSlot;
    cipher = newCipher;
    if (isOver()) {
      wipe(); // its last record ended meanwhile
    }
  }

  /** Whether no record needs it, nor will any. */
  synchronized boolean isOver() {
    return superseded && records == 0;
  }

  private void wipe() {
    if (cipher != null) {
      cipher.close(); // waits for calls that still use the key
      cipher = null;
      slot.close();
      slot = null;
    }
  }
}

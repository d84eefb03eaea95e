package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.LinuxException;
import java.nio.ByteBuffer;

/**
 * Where the root key comes from.
 *
 * <p>Thread-safe; the host calls {@link #lock} once at a time, and never while an {@link Opening}
 * is accepted.
 */
interface RootSource {

  /** Refuses a LOCK that this root cannot do with that passphrase, or without one. */
  void checkLock(boolean hasPassphrase) throws RequestException;

  /**
   * Prepares what {@link #lock} will need, while everything goes on.
   *
   * @param passphrase borrowed; null for none
   */
  Preparation prepareLock(ByteBuffer passphrase)
      throws RequestException, PluginException, LinuxException;

  /** What is kept of the root key, if anything. */
  interface Preparation {
    /** Keeps it: the agent is being locked. */
    void accept();
  }

  /**
   * Makes the root key of what a client sent.
   *
   * @param secret borrowed
   * @return null if this alone shows that it is wrong; else an opening that the caller closes
   * @throws RequestException {@code BAD_REQUEST} if it is malformed
   */
  Opening open(ByteBuffer secret) throws RequestException, PluginException, LinuxException;

  /** A root key that may be the right one. */
  interface Opening extends AutoCloseable {
    /**
     * Unlocks with it.
     *
     * @return false, with nothing changed, if it does not open what is stored
     */
    boolean accept() throws PluginException;

    /** Wipes what was not accepted. */
    @Override
    void close();
  }

  /** Wipes what there is besides the {@link KeyRing}'s. Idempotent. */
  void lock();
}

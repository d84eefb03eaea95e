package dev.secmem.transport.uds.server;

import dev.secmem.linux.LinuxException;

/**
 * A listening socket, on which any number of threads wait for clients.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads, but {@link
 * #close}: nobody may use it any more.
 */
interface Listener extends AutoCloseable {
  /** What {@link #accept} answers when nobody came for a long time, or after {@link #stop}. */
  int NOBODY = -1;

  /**
   * Waits for a client.
   *
   * @return a socket that the caller closes, or {@link #NOBODY}
   * @throws LinuxException EMFILE at once when this process may not open any more, waiting client
   *     or not
   */
  int accept() throws LinuxException;

  /**
   * Waits for a client without taking it, or until a time has passed, or until {@link #stop}; true
   * for the first.
   */
  boolean awaitClient(int timeoutMillis) throws LinuxException;

  /** Wakes every thread that waits in {@link #accept}, and every later one at once. */
  void stop();

  /** Closes the descriptor. Idempotent. */
  @Override
  void close();
}

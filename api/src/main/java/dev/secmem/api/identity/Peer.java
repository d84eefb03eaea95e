package dev.secmem.api.identity;

import java.util.function.Supplier;

/**
 * The process at the other end of a connection, as the kernel described it when it connected.
 *
 * <p>A connection can be passed on to another process: these facts are about who opened it.
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads.
 */
public interface Peer {
  /** The uid, 0 to 4294967294. */
  long uid();

  /** The primary gid, 0 to 4294967294. */
  long gid();

  /** The process id, as seen from here; 0 if it lives in a namespace that is not visible. */
  int pid();

  /**
   * The connected socket's descriptor, for an {@link Authenticator} to ask the kernel about. Lent
   * while the connection's handler runs; never to be closed. -1 for a process that did not connect:
   * then the process that has {@link #pid} now is meant.
   */
  int descriptor();

  /**
   * The value kept for {@code key} on this connection, made by {@code source} the first time. So a
   * fact that costs a system call is asked for at most once a connection.
   */
  <T> T remember(Class<T> key, Supplier<T> source);

  /**
   * The same for facts that change, such as the program that a process runs: the value is kept no
   * longer than until the request at hand is answered. Here it is not kept at all.
   */
  default <T> T rememberBriefly(Class<T> key, Supplier<T> source) {
    return source.get();
  }
}

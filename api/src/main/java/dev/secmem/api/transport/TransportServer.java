package dev.secmem.api.transport;

import java.util.List;

/**
 * A server that owns an address and carries requests from it to a {@link RequestHandler}.
 *
 * <p><b>Lifecycle.</b> Listening from {@link TransportProvider#listen}; serving from {@link
 * #start}, which is called once; ended by {@link #close}, which is idempotent, never throws, ends
 * every connection, waits until no handler runs any more, and gives the address back [TR-01].
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads. Each connection's requests are served one after the other, in order; connections do not
 * wait for each other [TR-02].
 */
public interface TransportServer extends AutoCloseable {

  /** Where clients connect, as they would write it: a socket's path. */
  String address();

  /** What the operator should know about the address, a sentence each; empty when all is well. */
  List<String> warnings();

  /** Begins to serve. */
  void start(RequestHandler handler);

  /**
   * Looks whether clients still reach this server, by asking it at its address as a client would,
   * and mends what can be mended. To be called after start, one call at a time.
   *
   * <p>It is {@code HELD} only after the handler answered a HELLO there: that comes from this
   * process's own uid and pid. An answer that does not come in time is {@code SILENT} [TR-23].
   *
   * @param timeoutMillis how long to wait for the answer
   */
  AddressCheck checkAddress(long timeoutMillis);

  @Override
  void close();
}

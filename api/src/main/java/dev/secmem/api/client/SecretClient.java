package dev.secmem.api.client;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * A connection to an agent (docs/PROTOCOL.md).
 *
 * <p><b>Discovery.</b> Given by {@link dev.secmem.api.transport.TransportProvider#connect}.
 *
 * <p><b>Lifecycle.</b> Usable until {@link #close}, which is idempotent and never throws;
 * afterwards every call is {@link IllegalStateException} [TR-19]. A connection that broke stays
 * broken: connect anew.
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads; requests go one after the other [TR-20].
 *
 * <p><b>Memory.</b> A value is borrowed from native memory when put [TR-18], and given as a {@link
 * Delivery} when got: no method takes or returns a secret on the Java heap.
 *
 * <p><b>Failure.</b> {@link SecretClientException}: with the agent's code where it refused. After a
 * refusal the connection goes on.
 */
public interface SecretClient extends AutoCloseable {

  /**
   * Stores a secret under the caller's uid.
   *
   * @param value borrowed from position to limit; direct
   * @return the secret's version
   */
  long put(String name, ByteBuffer value, PutOptions options) throws SecretClientException;

  /**
   * Reads a secret.
   *
   * @param ownerUid whose secret; empty: the caller's own, else the only one granted to the caller
   * @return a delivery that the caller must close
   */
  Delivery get(String name, OptionalLong ownerUid) throws SecretClientException;

  /** Facts about a secret, without its value. */
  SecretInfo stat(String name, OptionalLong ownerUid) throws SecretClientException;

  /**
   * Gives one of the caller's own secrets a new time, counted from now.
   *
   * @param ttlMillis how long, or empty for the agent's default
   * @return the milliseconds that were granted
   */
  long touch(String name, OptionalLong ttlMillis) throws SecretClientException;

  /** Wipes one of the caller's own secrets. */
  void delete(String name) throws SecretClientException;

  /**
   * Lets others read one of the caller's own secrets, besides those who may already.
   *
   * @param grants as in {@link PutOptions#allow}, one each
   * @return how many grants it has now
   */
  long grant(String name, List<String> grants) throws SecretClientException;

  /**
   * Takes grants back.
   *
   * @param grants all of which it has; else {@code not-found}, and nothing changes
   * @return how many grants are left
   */
  long revoke(String name, List<String> grants) throws SecretClientException;

  /**
   * Gives one of the caller's own secrets another name; value, time, version, reads and grants stay
   * as they are. If the caller has a secret of the new name: {@code exists}.
   */
  void rename(String from, String to) throws SecretClientException;

  /** Who the caller is in the agent's eyes, one JSON object. The caller must close it. */
  Delivery whoami() throws SecretClientException;

  /**
   * Why a process could, or could not, read one of the caller's own secrets: one JSON object. The
   * caller must close it.
   *
   * @param pid as the agent sees it
   */
  Delivery explain(String name, long pid) throws SecretClientException;

  /**
   * What the caller may read, one JSON object a line.
   *
   * @param prefix empty for all
   * @return a delivery that the caller must close
   */
  Delivery list(String prefix) throws SecretClientException;

  /** The agent's state, one JSON object. The caller must close it. */
  Delivery status() throws SecretClientException;

  /** The agent's metrics, OpenMetrics text. The caller must close it. */
  Delivery metrics() throws SecretClientException;

  /**
   * The newest audit lines, oldest first. The caller must close it.
   *
   * @param count how many, 1 to 10000
   */
  Delivery audit(int count) throws SecretClientException;

  /** The verbs on the agent's lock and keys, over this connection. */
  KeyClient keys();

  @Override
  void close();

  /**
   * A body that the agent delivered: a sealed file in RAM that nobody can change.
   *
   * <p>Confined. {@link #close} is idempotent and never throws.
   */
  interface Delivery extends AutoCloseable {

    /** What the reply said of the secret; null for a body that is no secret. */
    SecretInfo info();

    long sizeBytes();

    /**
     * Copies bytes from {@code offset} on into {@code target}, straight from the kernel.
     *
     * @param target direct
     * @return how many; fewer than {@code target.remaining()} only at the end
     */
    int read(long offset, ByteBuffer target) throws SecretClientException;

    /** The descriptor of the sealed file, for handing on to another process. Lent until close. */
    int descriptor();

    @Override
    void close();
  }
}

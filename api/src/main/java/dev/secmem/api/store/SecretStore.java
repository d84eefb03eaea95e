package dev.secmem.api.store;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;

/**
 * Keeps opaque sealed records by id, each with a deadline, until they are deleted.
 *
 * <p><b>Discovery.</b> Made by a {@link SecretStoreProvider}.
 *
 * <p><b>Lifecycle.</b> Open from {@link SecretStoreProvider#open} until {@link #close}. After close
 * every method but close throws {@link PluginException} with {@code CLOSED} [ST-01]. Close wipes
 * and releases everything, waits for running readers, is idempotent and never throws [ST-02].
 *
 * <p><b>Thread safety.</b> All of the methods in this class are safe for use by multiple concurrent
 * threads. Readers of one record do not exclude each other [ST-03].
 *
 * <p><b>Memory.</b> {@link #put} copies: the caller's buffer is read during the call only and its
 * position and limit stay as they were [ST-04]. {@link #read} lends: the view is valid until the
 * callback returns, read-only, and holds exactly the record's bytes [ST-05]. A store keeps no copy
 * of a record outside the memory it names as reserved.
 *
 * <p><b>Failure.</b> Checked, by {@link PluginException}. A failed put leaves nothing behind
 * [ST-06]. An id that is in use is {@code EXISTS} and changes nothing [ST-07]; an unknown id is
 * {@code NOT_FOUND} on read [ST-08] and false on delete [ST-09]; more than {@link
 * StoreOptions#maxBytes} is {@code NO_SPACE}, and the store goes on [ST-10]. What the callback
 * throws reaches the caller unchanged and does not hurt the store [ST-11]. A call into the store
 * from inside a callback of the same store, close too, is {@link IllegalStateException}, never a
 * deadlock [ST-12].
 *
 * <p><b>Security properties.</b> After {@link #delete} returns, the record's bytes are wiped from
 * the store's memory, its id unknown, and its space can be used again [ST-13]. Delete waits for
 * readers of that record [ST-14]. A record that was not wholly written is never lent and never
 * scanned [ST-15].
 *
 * <p><b>Not promised.</b> Order; durability; that a put which was refused for space would be
 * refused again; that the store looks at deadlines (the host deletes at the deadline; the deadline
 * is kept so that {@link #scan} can rebuild the host's index).
 */
public interface SecretStore extends AutoCloseable {

  /**
   * Stores a record.
   *
   * @param id the host's id, never used before in this store; any value but 0
   * @param deadlineNanos the host's deadline, kept beside the record as it is
   * @param sealed borrowed; from position to limit, 1 byte or more; direct or heap
   */
  void put(long id, long deadlineNanos, ByteBuffer sealed) throws PluginException;

  /**
   * Lends a record to {@code reader}.
   *
   * @throws PluginException {@code NOT_FOUND} if there is no such record; whatever the reader
   *     throws
   */
  void read(long id, RecordReader reader) throws PluginException;

  /**
   * Wipes a record and forgets it.
   *
   * @return false if there was none
   */
  boolean delete(long id) throws PluginException;

  /** Shows every committed record's id, deadline and sealed length once; order is not defined. */
  void scan(RecordVisitor visitor) throws PluginException;

  /** What the store holds now. */
  StoreUsage usage() throws PluginException;

  @Override
  void close();

  /** Takes one record's bytes. */
  @FunctionalInterface
  interface RecordReader {
    /**
     * @param sealed lent: a direct, read-only view from position 0 to the record's length
     */
    void read(ByteBuffer sealed) throws PluginException;
  }

  /** Takes what {@link #scan} finds. */
  @FunctionalInterface
  interface RecordVisitor {
    void visit(long id, long deadlineNanos, int sealedBytes) throws PluginException;
  }
}

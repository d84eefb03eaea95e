package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.crypto.Cipher;
import dev.secmem.api.store.SecretStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sealed records: what an entry says is bound to its ciphertext as associated data, so that records
 * cannot be exchanged or altered unnoticed.
 *
 * <p>A record is {@code epoch (4, big endian) | sealed message}.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class RecordVault implements AutoCloseable {
  private static final int EPOCH_BYTES = 4;

  /** What a record has more than its value. */
  static final int RECORD_OVERHEAD_BYTES = EPOCH_BYTES + Cipher.OVERHEAD_BYTES;

  private final SecretStore store;
  private final KeyRing keys;
  private final AssociatedData associatedData;
  private final AtomicLong lastRecordId = new AtomicLong();
  private final ScratchPool ciphertexts;

  /**
   * @param store owned: closed with the vault
   * @param keys owned
   * @param ciphertexts owned; pieces of at least the largest secret's size and {@link
   *     #RECORD_OVERHEAD_BYTES}
   */
  RecordVault(
      SecretStore store, KeyRing keys, AssociatedData associatedData, ScratchPool ciphertexts) {
    this.store = store;
    this.keys = keys;
    this.associatedData = associatedData;
    this.ciphertexts = ciphertexts;
  }

  /**
   * Seals and stores a secret.
   *
   * @param plaintext borrowed, direct
   * @return the entry that describes it; {@link #delete} ends both
   */
  Entry put(
      Key key,
      long version,
      long deadlineNanos,
      int readsLimit,
      Grants grants,
      ByteBuffer plaintext)
      throws PluginException {
    DataKey dataKey = keys.acquire();
    int recordBytes = plaintext.remaining() + RECORD_OVERHEAD_BYTES;
    boolean stored = false;
    try (ScratchPool.Piece piece = ciphertexts.borrow(recordBytes)) {
      Entry entry =
          new Entry(
              key,
              version,
              lastRecordId.incrementAndGet(),
              deadlineNanos,
              plaintext.remaining(),
              readsLimit,
              grants,
              dataKey);
      ByteBuffer record = piece.buffer().order(ByteOrder.BIG_ENDIAN);
      record.putInt(dataKey.epoch());
      dataKey.seal(plaintext, associatedData.of(entry), record);
      store.put(entry.recordId, deadlineNanos, record.flip());
      stored = true;
      return entry;
    } finally {
      if (!stored) {
        dataKey.release();
      }
    }
  }

  /**
   * Opens a secret.
   *
   * @param plaintext direct; takes the value, and is the caller's to wipe
   * @throws PluginException {@code NOT_FOUND} if the record was deleted meanwhile
   */
  void open(Entry entry, ByteBuffer plaintext) throws PluginException {
    store.read(
        entry.recordId,
        record -> {
          if (record.remaining() != entry.sizeBytes + RECORD_OVERHEAD_BYTES
              || record.order(ByteOrder.BIG_ENDIAN).getInt() != entry.dataKey.epoch()) {
            throw new PluginException(
                PluginException.Reason.AUTHENTICATION_FAILED,
                "record is of another size or key epoch");
          }
          entry.dataKey.open(record, associatedData.of(entry), plaintext);
        });
  }

  /**
   * Wipes a secret's record, after nobody can find it any more. Called once for each entry, and
   * again only if it failed with an Error (want of heap): what was not wiped keeps its key.
   *
   * @throws PluginException the record could not be wiped; it will not be served again
   */
  void delete(Entry entry) throws PluginException {
    try {
      store.delete(entry.recordId);
    } catch (PluginException | RuntimeException e) {
      entry.dataKey.release();
      throw e;
    }
    entry.dataKey.release();
  }

  /** Wipes every record and key. */
  @Override
  public void close() {
    store.close();
    keys.close();
    ciphertexts.close();
  }
}

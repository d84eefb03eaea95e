package dev.secmem.app.engine;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.SecureRandomBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The associated data of a record: everything that an entry says, in one unambiguous form.
 *
 * <pre>
 * format (4) | store id (16) | record id (8) | key epoch (4) | owner (4) | version (8) | deadline (8)
 * | reads limit (4) | size (4) | name length (4) | name | access length (4) | access
 * </pre>
 *
 * <p>Access is what {@link Grants#bound} says: grants, bind and grade.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class AssociatedData {
  private static final int FORMAT = 0x736d0001;
  private static final int STORE_ID_BYTES = 16;
  private static final int FIXED_BYTES = 4 + STORE_ID_BYTES + 8 + 4 + 4 + 8 + 8 + 4 + 4 + 4 + 4;

  private final byte[] storeId = new byte[STORE_ID_BYTES];
  private final ThreadLocal<ByteBuffer> buffers =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(512));

  /** Associated data of a store that gets a random id, different from every other run's. */
  AssociatedData() throws LinuxException {
    ByteBuffer random = ByteBuffer.allocateDirect(STORE_ID_BYTES);
    SecureRandomBytes.fill(random);
    random.flip().get(storeId);
  }

  /** The bytes for an entry, direct, valid until this thread's next call. */
  ByteBuffer of(Entry entry) {
    String name = entry.key.name();
    String grants = entry.grants.bound();
    int size = FIXED_BYTES + name.length() + grants.length();
    ByteBuffer data = buffers.get();
    data = size <= data.capacity() ? data.clear() : ByteBuffer.allocateDirect(size);
    data.putInt(FORMAT).put(storeId).putLong(entry.recordId).putInt(entry.dataKey.epoch());
    data.putInt((int) entry.key.owner()).putLong(entry.version).putLong(entry.deadlineNanos);
    data.putInt(entry.readsLimit).putInt(entry.sizeBytes);
    put(data, name);
    put(data, grants);
    return data.flip();
  }

  private static void put(ByteBuffer data, String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.ISO_8859_1);
    data.putInt(bytes.length).put(bytes);
  }
}

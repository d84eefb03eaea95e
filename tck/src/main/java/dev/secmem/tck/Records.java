package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.api.store.SecretStore;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.function.Executable;

/** Records whose every byte follows from their id, and short ways to say what a store holds. */
final class Records {
  private Records() {}

  /** The bytes of the record {@code id}; none is zero, so that a wiped one differs everywhere. */
  static byte[] bytes(long id, int length) {
    byte[] bytes = new byte[length];
    new Random(id).nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] |= 1;
    }
    return bytes;
  }

  static void put(SecretStore store, long id, int length) throws PluginException {
    store.put(id, deadline(id), ByteBuffer.wrap(bytes(id, length)));
  }

  static long deadline(long id) {
    return 31 * id - 7;
  }

  /** The bytes that the store lends for {@code id}. */
  static byte[] read(SecretStore store, long id) throws PluginException {
    byte[][] copy = new byte[1][];
    store.read(
        id,
        view -> {
          assertNull(copy[0], "the reader was called twice");
          copy[0] = new byte[view.remaining()];
          view.get(copy[0]);
        });
    assertNotNull(copy[0], "the reader was not called");
    return copy[0];
  }

  /** What a scan shows: the length of each id. */
  static Map<Long, Integer> scan(SecretStore store) throws PluginException {
    Map<Long, Integer> found = new HashMap<>();
    store.scan(
        (id, deadlineNanos, sealedBytes) -> {
          assertEquals(deadline(id), deadlineNanos, "the deadline of " + id);
          assertNull(found.put(id, sealedBytes), id + " was shown twice");
        });
    return found;
  }

  static void assertReason(Reason reason, Executable call) {
    assertEquals(reason, assertThrows(PluginException.class, call).reason());
  }

  /** Throws what a callback may throw. */
  static void raise(Throwable thrown) throws PluginException {
    if (thrown instanceof PluginException e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    throw (Error) thrown;
  }
}

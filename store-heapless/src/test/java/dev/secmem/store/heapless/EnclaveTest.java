package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EnclaveTest {
  @Test
  void whatIsSealedIsOpened() throws PluginException {
    for (int size : new int[] {0, 1, 15, 16, 32, 1024, 1025, 4096, 16_384, 16_385, 1 << 20}) {
      byte[] content = Bytes.pattern(size, size);
      byte[] consumed = content.clone();
      Enclave enclave = Enclave.of(consumed);
      assertArrayEquals(new byte[size], consumed, "not wiped");
      assertEquals(size, enclave.size());
      for (int round = 0; round < 2; round++) {
        try (LockedBuffer buffer = enclave.open()) {
          assertFalse(buffer.isMutable());
          assertTrue(buffer.contentEquals(content));
        }
      }
      try (LockedBuffer own = enclave.open(BufferFactory.ownPages())) {
        assertTrue(own.contentEquals(content));
        assertTrue(own.protections().contains(Protection.GUARDED));
      }
    }
  }

  @Test
  void sealConsumesTheBuffer() throws PluginException {
    LockedBuffer buffer = LockedBuffer.random(32);
    byte[] copy = new byte[32];
    buffer.with(view -> view.get(0, copy, 0, 32));
    Enclave enclave = buffer.seal();
    assertFalse(buffer.isAlive());
    try (LockedBuffer opened = enclave.open()) {
      assertTrue(opened.contentEquals(copy));
    }
    assertThrows(IllegalStateException.class, buffer::seal);
  }

  @Test
  void twoRandomOnesDiffer() throws PluginException {
    try (LockedBuffer one = Enclave.random(32).open();
        LockedBuffer other = Enclave.random(32).open()) {
      assertFalse(one.contentEquals(other));
      assertFalse(one.contentEquals(new byte[32]));
    }
  }

  @Test
  void damageIsACheckedFailureAndNothingComesOut() throws PluginException {
    for (int size : new int[] {0, 1, 32, 20_000}) {
      Enclave enclave = Enclave.of(Bytes.pattern(5, size));
      byte[] sealed = enclave.ciphertext();
      long inUse = GuardedMemory.counters().inUse();
      for (int at : new int[] {0, 11, 12, sealed.length / 2, sealed.length - 1}) {
        sealed[at] ^= 1;
        PluginException failure = assertThrows(PluginException.class, enclave::open);
        assertEquals(Reason.AUTHENTICATION_FAILED, failure.reason());
        sealed[at] ^= 1;
      }
      assertEquals(inUse, GuardedMemory.counters().inUse(), "a failed open left its buffer");
      enclave.open().close();
    }
  }

  @Test
  void theKeyIsSplitAnewAndStaysTheSame() throws Exception {
    Enclave enclave = Enclave.of(Bytes.pattern(1, 32));
    byte[][] before = Session.halvesNow();
    long deadline = System.nanoTime() + 20_000_000_000L;
    byte[][] after = Session.halvesNow();
    while (Arrays.equals(before[1], after[1]) && System.nanoTime() < deadline) {
      Thread.sleep(20);
      after = Session.halvesNow();
    }
    assertFalse(Arrays.equals(before[0], after[0]), "left stayed");
    assertFalse(Arrays.equals(before[1], after[1]), "right stayed");
    assertArrayEquals(combined(before), combined(after));
    try (LockedBuffer opened = enclave.open()) {
      assertTrue(opened.contentEquals(Bytes.pattern(1, 32)));
    }
    assertEquals(1, GuardedMemory.counters().timers());
  }

  private static byte[] combined(byte[][] halves) {
    ByteBuffer key = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    Blake2b.hashXor(little(halves[1]), little(halves[0]), key);
    return key.array();
  }

  private static ByteBuffer little(byte[] bytes) {
    // Longer than the message: the hash wants zeroes behind it.
    return ByteBuffer.wrap(Arrays.copyOf(bytes, 64)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Values of Python's hashlib.blake2b(message, digest_size=32). */
  @Test
  void theHashIsBlake2b() {
    byte[] count = new byte[32];
    for (int i = 0; i < 32; i++) {
      count[i] = (byte) i;
    }
    assertEquals("cb2f5160fc1f7e05a55ef49d340b48da2e5a78099d53393351cd579dd42503d6", hash(count));
    assertEquals(
        "89eb0d6a8a691dae2cd15ed0369931ce0a949ecafa5c3f93f8121833646e15c3", hash(new byte[32]));
  }

  private static String hash(byte[] message) {
    ByteBuffer result = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    Blake2b.hashXor(little(message), little(new byte[32]), result);
    return HexFormat.of().formatHex(result.array());
  }

  @Test
  void aHundredThousandAreNoMatter() throws PluginException {
    List<Enclave> all = new ArrayList<>();
    long locked = GuardedMemory.counters().lockedBytes();
    for (int i = 0; i < 100_000; i++) {
      all.add(Enclave.of(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16), 1}));
    }
    assertTrue(GuardedMemory.counters().lockedBytes() < locked + (1 << 20), "they are locked");
    for (int i = 0; i < 100_000; i += 997) {
      try (LockedBuffer buffer = all.get(i).open()) {
        assertTrue(
            buffer.contentEquals(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16), 1}));
      }
    }
  }
}

package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LockedBufferTest {
  static List<BufferFactory> factories() {
    return List.of(
        BufferFactory.ownPages(),
        BufferFactory.pooled(),
        InsecureMemory.avoidHidden(BufferFactory.ownPages()),
        InsecureMemory.avoidHidden(BufferFactory.pooled()),
        InsecureMemory.allowUnlocked(BufferFactory.ownPages()));
  }

  @ParameterizedTest
  @MethodSource("factories")
  void everySizeHoldsItsBytes(BufferFactory factory) throws PluginException {
    for (int size = 0; size <= 16_385; size += size < 2100 || size > 16_300 ? 1 : 97) {
      check(factory, size);
    }
    for (int size : new int[] {4095, 4096, 4097, 8191, 8192, 8193, 1 << 20, 64 << 20}) {
      check(factory, size);
    }
  }

  private static void check(BufferFactory factory, int size) throws PluginException {
    byte[] content = Bytes.pattern(size, size);
    try (LockedBuffer buffer = factory.create(size)) {
      assertEquals(size, buffer.size());
      assertTrue(buffer.contentEquals(new byte[size]), "not zeroed: " + size);
      buffer.copyFrom(0, content);
      assertTrue(buffer.contentEquals(content));
      byte[] copy = new byte[size];
      buffer.with(view -> view.get(0, copy, 0, size));
      assertArrayEquals(content, copy);
      buffer.verify();
      buffer.with(
          view -> {
            assertThrows(IndexOutOfBoundsException.class, () -> view.get(size));
            assertThrows(IndexOutOfBoundsException.class, () -> view.get(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> view.put(size, (byte) 1));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void copiesAndConsumes(BufferFactory factory) throws PluginException {
    byte[] bytes = Bytes.pattern(7, 100);
    try (LockedBuffer copy = factory.copyOf(bytes);
        LockedBuffer consumed = factory.consume(bytes.clone())) {
      assertTrue(copy.contentEquals(Bytes.pattern(7, 100)));
      assertTrue(copy.contentEquals(consumed));
      assertFalse(copy.isMutable());
      assertArrayEquals(Bytes.pattern(7, 100), bytes, "a copy wiped its source");
    }
    factory.consume(bytes).close();
    assertArrayEquals(new byte[100], bytes, "not wiped");
    char[] chars = "pässword€".toCharArray();
    try (LockedBuffer copy = factory.copyOf(chars)) {
      assertEquals(18, copy.size());
      copy.with(
          view -> {
            assertEquals(9, view.chars().size());
            for (int i = 0; i < 9; i++) {
              assertEquals(chars[i], view.chars().get(i));
            }
          });
    }
    factory.consume(chars).close();
    assertArrayEquals(new char[9], chars, "not wiped");
    for (ByteBuffer source : List.of(ByteBuffer.allocate(50), ByteBuffer.allocateDirect(50))) {
      source.put(Bytes.pattern(3, 50)).position(10).limit(40);
      try (LockedBuffer copy = factory.copyOf(source);
          LockedBuffer consumed = factory.consume(source)) {
        assertEquals(30, copy.size());
        assertTrue(copy.contentEquals(consumed));
        assertEquals(10, source.position());
        assertEquals(0, source.get(10) | source.get(39), "not wiped");
        assertEquals(Bytes.pattern(3, 50)[9], source.get(9), "too much was wiped");
        source.limit(50);
        assertEquals(Bytes.pattern(3, 50)[40], source.get(40), "too much was wiped");
      }
    }
    assertThrows(
        ReadOnlyBufferException.class,
        () -> factory.consume(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    assertThrows(NullPointerException.class, () -> factory.copyOf((byte[]) null));
    assertThrows(IllegalArgumentException.class, () -> factory.create(-1));
  }

  @ParameterizedTest
  @MethodSource("factories")
  void typedAccessIsInTheMachinesOrder(BufferFactory factory) throws Exception {
    ByteBuffer expected = ByteBuffer.allocate(35).order(ByteOrder.nativeOrder());
    expected.put(Bytes.pattern(9, 35));
    try (LockedBuffer buffer = factory.create(35)) {
      buffer.copyFrom(0, expected.array());
      buffer.<Exception>with(
          view -> {
            assertEquals(17, view.shorts().size());
            assertEquals(8, view.ints().size());
            assertEquals(4, view.longs().size());
            assertEquals(expected.getShort(32), view.shorts().get(16));
            assertEquals(expected.getInt(28), view.ints().get(7));
            assertEquals(expected.getLong(24), view.longs().get(3));
            assertEquals(expected.getLong(27), view.getLong(27));
            assertEquals(expected.getChar(33), view.getChar(33));
            assertThrows(IndexOutOfBoundsException.class, () -> view.longs().get(4));
            assertThrows(IndexOutOfBoundsException.class, () -> view.getLong(28));
            view.longs().put(1, 5);
            view.ints().put(0, 6);
            view.shorts().put(2, (short) 7);
            view.chars().put(3, 'x');
            assertEquals(5, view.getLong(8));
            assertEquals(6, view.getInt(0));
            assertEquals(7, view.getShort(4));
            assertEquals('x', view.getChar(6));
            assertEquals((byte) 6, (byte) view.inputStream().read());
          });
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void aFrozenBufferCannotBeChanged(BufferFactory factory) throws PluginException {
    try (LockedBuffer buffer = factory.random(64)) {
      byte[] before = new byte[64];
      buffer.with(view -> view.get(0, before, 0, 64));
      assertFalse(java.util.Arrays.equals(before, new byte[64]));
      assertThrows(IllegalStateException.class, buffer::wipe);
      assertThrows(IllegalStateException.class, buffer::scramble);
      assertThrows(IllegalStateException.class, () -> buffer.copyFrom(0, new byte[1]));
      assertThrows(IllegalStateException.class, () -> buffer.with(v -> v.putLong(0, 1)));
      buffer.with(v -> assertThrows(IllegalStateException.class, () -> v.put(0, (byte) 1)));
      InsecureAccess.with(
          buffer, raw -> assertThrows(ReadOnlyBufferException.class, () -> raw.put(0, (byte) 1)));
      assertTrue(buffer.contentEquals(before));
      buffer.melt();
      assertTrue(buffer.isMutable());
      buffer.scramble();
      assertFalse(buffer.contentEquals(before));
      buffer.wipe();
      assertTrue(buffer.contentEquals(new byte[64]));
      buffer.freeze();
      assertFalse(buffer.isMutable());
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void afterCloseEverythingThrows(BufferFactory factory) throws PluginException {
    SecretView[] kept = new SecretView[1];
    LockedBuffer buffer = factory.create(32);
    buffer.with(view -> kept[0] = view);
    assertThrows(IllegalStateException.class, () -> kept[0].get(0), "a view outlived its loan");
    buffer.close();
    buffer.close();
    assertFalse(buffer.isAlive());
    assertFalse(buffer.isMutable());
    assertEquals(32, buffer.size());
    assertThrows(IllegalStateException.class, () -> buffer.with(view -> {}));
    assertThrows(IllegalStateException.class, () -> buffer.withResult(view -> 1));
    assertThrows(IllegalStateException.class, buffer::freeze);
    assertThrows(IllegalStateException.class, buffer::melt);
    assertThrows(IllegalStateException.class, buffer::wipe);
    assertThrows(IllegalStateException.class, buffer::scramble);
    assertThrows(IllegalStateException.class, buffer::verify);
    assertThrows(IllegalStateException.class, buffer::seal);
    assertThrows(IllegalStateException.class, () -> buffer.contentEquals(new byte[32]));
    assertThrows(IllegalStateException.class, () -> buffer.copyFrom(0, new byte[1]));
    assertThrows(IllegalStateException.class, () -> InsecureAccess.with(buffer, raw -> {}));
    byte[] moved = {1};
    assertThrows(IllegalStateException.class, () -> buffer.moveFrom(0, moved));
    assertEquals(0, moved[0], "not wiped on failure");
    assertThrows(IllegalStateException.class, () -> kept[0].get(0));
  }

  @ParameterizedTest
  @MethodSource("factories")
  void nestedCallsWork(BufferFactory factory) throws PluginException {
    LockedBuffer buffer = factory.create(8);
    buffer.with(
        outer ->
            buffer.with(
                inner -> {
                  inner.putLong(0, 42);
                  assertEquals(42, outer.getLong(0));
                  buffer.freeze();
                  assertThrows(IllegalStateException.class, () -> outer.putLong(0, 1));
                  buffer.melt();
                  outer.putLong(0, 43);
                  buffer.close();
                  assertFalse(buffer.isAlive());
                  assertThrows(IllegalStateException.class, () -> buffer.with(view -> {}));
                  assertEquals(43, outer.getLong(0), "closed before the last reader left");
                }));
    assertThrows(IllegalStateException.class, () -> buffer.with(view -> {}));
    LockedBuffer frozen = factory.random(8);
    frozen.with(
        view -> {
          frozen.melt();
          assertThrows(IllegalStateException.class, () -> view.putLong(0, 1), "lent while frozen");
          frozen.with(second -> second.putLong(0, 9));
          assertEquals(9, view.getLong(0));
        });
    frozen.close();
  }

  @ParameterizedTest
  @MethodSource("factories")
  void copiesAndMovesToAnOffset(BufferFactory factory) throws PluginException {
    try (LockedBuffer buffer = factory.create(10)) {
      buffer.copyFrom(7, new byte[] {1, 2, 3});
      byte[] moved = {4, 5};
      buffer.moveFrom(0, moved);
      assertArrayEquals(new byte[2], moved);
      assertTrue(buffer.contentEquals(new byte[] {4, 5, 0, 0, 0, 0, 0, 1, 2, 3}));
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.copyFrom(8, new byte[3]));
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.copyFrom(-1, new byte[3]));
      LockedBuffer other = factory.copyOf(new byte[] {9, 9});
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.copyFrom(9, other));
      buffer.copyFrom(3, other);
      assertTrue(other.isAlive());
      buffer.moveFrom(5, other);
      assertFalse(other.isAlive());
      assertTrue(buffer.contentEquals(new byte[] {4, 5, 0, 9, 9, 9, 9, 1, 2, 3}));
      assertFalse(buffer.contentEquals(new byte[9]));
      assertFalse(buffer.contentEquals(new byte[10]));
    }
  }

  @Test
  void anotherThreadCannotUseAView() throws Exception {
    try (LockedBuffer buffer = LockedBuffer.random(8)) {
      Throwable[] seen = new Throwable[1];
      buffer.<Exception>with(
          view -> {
            Thread thief = new Thread(() -> seen[0] = thrownBy(view));
            thief.start();
            thief.join();
          });
      assertTrue(seen[0] instanceof IllegalStateException);
    }
  }

  private static Throwable thrownBy(SecretView view) {
    return assertThrows(IllegalStateException.class, () -> view.getLong(0));
  }

  @Test
  void whatABorrowerThrowsReachesTheCallerAndTheBufferLives() throws PluginException {
    try (LockedBuffer buffer = LockedBuffer.random(8)) {
      Exception own = new Exception("own");
      assertEquals(
          own,
          assertThrows(
              Exception.class,
              () ->
                  buffer.with(
                      view -> {
                        throw own;
                      })));
      assertEquals(8, (int) buffer.withResult(SecretView::size));
    }
  }

  @Test
  void arraysAreWipedAndScrambled() {
    byte[] bytes = Bytes.pattern(1, 33);
    LockedBuffer.scramble(bytes);
    assertFalse(java.util.Arrays.equals(Bytes.pattern(1, 33), bytes));
    LockedBuffer.wipe(bytes);
    assertArrayEquals(new byte[33], bytes);
    char[] chars = {'a', 'b'};
    LockedBuffer.wipe(chars);
    assertArrayEquals(new char[2], chars);
  }

  @Test
  void nothingSecretIsPrinted() throws PluginException {
    try (LockedBuffer buffer = LockedBuffer.copyOf("hunter2".getBytes())) {
      assertEquals("guarded buffer of 7 bytes", buffer.toString());
      buffer.with(view -> assertEquals("view of 7 guarded bytes", view.toString()));
      assertEquals("enclave of 7 bytes", buffer.seal().toString());
    }
  }
}

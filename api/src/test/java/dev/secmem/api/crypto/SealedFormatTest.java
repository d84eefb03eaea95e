package dev.secmem.api.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.PluginException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class SealedFormatTest {
  @Test
  void aNonceIsThePrefixThenTheCountWhateverTheBuffersByteOrder() {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer sealed = ByteBuffer.allocateDirect(16).order(order).position(2);
      SealedFormat.putNonce(sealed, 0x0102030405060708L, 0x7f0a0b0c);
      assertEquals(2, sealed.position());
      byte[] written = new byte[16];
      sealed.get(0, written);
      byte[] expected = {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x7f, 10, 11, 12, 0, 0};
      assertArrayEquals(expected, written);
    }
  }

  @Test
  void aKeyIsADirectBufferOf32Bytes() {
    SealedFormat.checkKey(ByteBuffer.allocateDirect(40).position(8));
    for (ByteBuffer wrong :
        new ByteBuffer[] {
          ByteBuffer.allocate(32), ByteBuffer.allocateDirect(31), ByteBuffer.allocateDirect(33)
        }) {
      assertThrows(IllegalArgumentException.class, () -> SealedFormat.checkKey(wrong));
    }
  }

  @Test
  void sealNeedsDirectBuffersAndRoomForAll() {
    ByteBuffer some = ByteBuffer.allocateDirect(10);
    SealedFormat.checkSeal(some, some, ByteBuffer.allocateDirect(38));
    assertThrows(
        BufferOverflowException.class,
        () -> SealedFormat.checkSeal(some, some, ByteBuffer.allocateDirect(37)));
    ByteBuffer heap = ByteBuffer.allocate(64);
    ByteBuffer large = ByteBuffer.allocateDirect(64);
    assertThrows(IllegalArgumentException.class, () -> SealedFormat.checkSeal(heap, some, large));
    assertThrows(IllegalArgumentException.class, () -> SealedFormat.checkSeal(some, heap, large));
    assertThrows(IllegalArgumentException.class, () -> SealedFormat.checkSeal(some, some, heap));
    assertThrows(
        IllegalArgumentException.class,
        () -> SealedFormat.checkSeal(some, some, large.asReadOnlyBuffer()));
  }

  @Test
  void openTellsThePlaintextsLengthAndRefusesWhatIsTooShort() throws PluginException {
    ByteBuffer data = ByteBuffer.allocateDirect(0);
    ByteBuffer out = ByteBuffer.allocateDirect(10);
    assertEquals(10, SealedFormat.checkOpen("x", ByteBuffer.allocateDirect(38), data, out));
    assertEquals(0, SealedFormat.checkOpen("x", ByteBuffer.allocateDirect(28), data, out));
    assertThrows(
        BufferOverflowException.class,
        () -> SealedFormat.checkOpen("x", ByteBuffer.allocateDirect(39), data, out));
    PluginException refused =
        assertThrows(
            PluginException.class,
            () -> SealedFormat.checkOpen("x", ByteBuffer.allocateDirect(27), data, out));
    assertEquals(PluginException.Reason.AUTHENTICATION_FAILED, refused.reason());
    assertEquals(SealedFormat.authenticationFailed("x").getMessage(), refused.getMessage());
  }
}

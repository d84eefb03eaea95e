package dev.secmem.api.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
}

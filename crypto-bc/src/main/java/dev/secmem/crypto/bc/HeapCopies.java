package dev.secmem.crypto.bc;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Arrays of one call, since Bouncy Castle works on arrays; wiped as it is closed.
 *
 * <p>Confined.
 */
final class HeapCopies implements AutoCloseable {
  private final List<byte[]> arrays = new ArrayList<>(4);

  HeapCopies() {}

  /** The bytes from position to limit, which stay. */
  byte[] of(ByteBuffer input) {
    byte[] copy = array(input.remaining());
    input.get(input.position(), copy);
    return copy;
  }

  byte[] array(int length) {
    return wipeLater(new byte[length]);
  }

  byte[] wipeLater(byte[] array) {
    arrays.add(array);
    return array;
  }

  @Override
  public void close() {
    for (byte[] array : arrays) {
      Arrays.fill(array, (byte) 0);
    }
  }
}

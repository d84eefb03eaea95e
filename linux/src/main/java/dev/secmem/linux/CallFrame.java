package dev.secmem.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Small native memory for the arguments of one call, one piece a thread. Never holds a secret. */
final class CallFrame {
  private static final int SIZE_BYTES = 1024;

  private static final ThreadLocal<ByteBuffer> FRAME =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(SIZE_BYTES).order(ByteOrder.nativeOrder()));

  private CallFrame() {}

  /** This thread's frame, zeroed, at position 0; valid until this thread's next call of this. */
  static ByteBuffer buffer(int sizeBytes) {
    if (sizeBytes > SIZE_BYTES) {
      throw new IllegalArgumentException("a call frame has " + SIZE_BYTES + " bytes");
    }
    ByteBuffer frame = FRAME.get();
    for (int i = 0; i < sizeBytes; i++) {
      frame.put(i, (byte) 0);
    }
    return frame.position(0).limit(SIZE_BYTES);
  }

  /**
   * A string as C wants it, in memory of its own that lives as long as the buffer.
   *
   * @throws IllegalArgumentException if it holds a NUL
   */
  static ByteBuffer string(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a string for the kernel cannot hold NUL");
    }
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for bytes that hold no NUL. */
  static ByteBuffer string(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).put((byte) 0).flip();
  }

  /**
   * Strings as C wants a list of them: their addresses, a null address, then the strings.
   *
   * @throws IllegalArgumentException if one holds a NUL
   */
  static ByteBuffer strings(List<byte[]> list) {
    int sizeBytes = 8 * (list.size() + 1);
    for (byte[] bytes : list) {
      sizeBytes = Math.addExact(sizeBytes, bytes.length + 1);
    }
    ByteBuffer block = ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
    long address = NativeLibrary.addressOf(block);
    int at = 8 * (list.size() + 1);
    for (int i = 0; i < list.size(); i++) {
      block.putLong(8 * i, address + at);
      for (byte b : list.get(i)) {
        if (b == 0) {
          throw new IllegalArgumentException("a string for the kernel cannot hold NUL");
        }
        block.put(at++, b);
      }
      block.put(at++, (byte) 0);
    }
    return block;
  }
}

package dev.secmem.app.engine;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.NativeMemory;
import java.nio.ByteBuffer;

/**
 * A reply's text, built in native memory so that a long list does not need the heap. Never holds a
 * secret. Confined.
 */
final class TextBody implements AutoCloseable {
  private static final int FIRST_BYTES = 16 * 1024;

  private NativeMemory memory;
  private ByteBuffer bytes;

  TextBody() throws LinuxException {
    memory = NativeMemory.anonymous(FIRST_BYTES);
    bytes = memory.buffer();
  }

  /** Appends ASCII text. */
  TextBody append(CharSequence ascii) throws LinuxException {
    int length = ascii.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      bytes.put((byte) ascii.charAt(i));
    }
    return this;
  }

  TextBody append(long number) throws LinuxException {
    return append(Long.toString(number));
  }

  TextBody append(ByteBuffer source) throws LinuxException {
    reserve(source.remaining());
    bytes.put(source);
    return this;
  }

  /** What was appended, from position 0 to the limit; valid until close. */
  ByteBuffer content() {
    return bytes.duplicate().flip();
  }

  private void reserve(int more) throws LinuxException {
    if (bytes.remaining() >= more) {
      return;
    }
    long wanted = Math.max(2L * bytes.capacity(), (long) bytes.position() + more);
    NativeMemory larger = NativeMemory.anonymous(Math.min(wanted, Integer.MAX_VALUE - 8192));
    ByteBuffer grown = larger.buffer();
    grown.put(bytes.flip());
    memory.close();
    memory = larger;
    bytes = grown;
  }

  @Override
  public void close() {
    memory.close();
  }
}

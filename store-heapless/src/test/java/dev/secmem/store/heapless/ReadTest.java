package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ReadTest {
  private static final int[] SIZES = {0, 1, 4095, 4096, 4097, 10_000, 1 << 20};

  /** Gives bytes a few at a time, then fails. */
  private static final class Failing extends InputStream {
    private final byte[] content;
    private final IOException failure = new IOException("unplugged");
    private int at;

    Failing(byte[] content) {
      this.content = content;
    }

    @Override
    public int read() throws IOException {
      if (at == content.length) {
        throw failure;
      }
      return content[at++] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (at == content.length) {
        throw failure;
      }
      int count = Math.min(Math.min(length, 1000), content.length - at);
      System.arraycopy(content, at, target, from, count);
      at += count;
      return count;
    }
  }

  @Test
  void exactlyAsManyAsAsked() throws Exception {
    for (int size : SIZES) {
      byte[] content = Bytes.pattern(size, size + 10);
      InputStream in = new ByteArrayInputStream(content);
      try (LockedBuffer buffer = LockedBuffer.read(in, size)) {
        assertFalse(buffer.isMutable());
        assertTrue(buffer.contentEquals(Arrays.copyOf(content, size)));
        assertEquals(10, in.available(), "read too much");
      }
    }
  }

  @Test
  void allThereIs() throws Exception {
    for (int size : SIZES) {
      byte[] content = Bytes.pattern(size, size);
      try (LockedBuffer buffer = LockedBuffer.readAll(new ByteArrayInputStream(content))) {
        assertFalse(buffer.isMutable());
        assertTrue(buffer.contentEquals(content));
      }
    }
  }

  @Test
  void untilADelimiter() throws Exception {
    for (int size : new int[] {0, 1, 4095, 4096, 4097, 10_000}) {
      byte[] content = new byte[size + 6];
      Arrays.fill(content, (byte) 0xff);
      content[size] = '\n';
      InputStream in = new ByteArrayInputStream(content);
      try (LockedBuffer buffer = LockedBuffer.readUntil(in, (byte) '\n')) {
        assertFalse(buffer.isMutable());
        assertTrue(buffer.contentEquals(Arrays.copyOf(content, size)));
        assertEquals(5, in.available());
      }
    }
    // The end of a stream is -1, a byte 0xff is not.
    InputStream in = new ByteArrayInputStream(new byte[] {1, (byte) 0xff, 2});
    try (LockedBuffer buffer = LockedBuffer.readUntil(in, (byte) 0xff)) {
      assertTrue(buffer.contentEquals(new byte[] {1}));
    }
  }

  @Test
  void anEarlyEndKeepsWhatWasRead() throws Exception {
    for (int size : SIZES) {
      byte[] content = Bytes.pattern(3, size);
      Arrays.fill(content, (byte) 7);
      check(content, EOFException.class, s -> LockedBuffer.read(s, size + 1), false);
      check(content, EOFException.class, s -> LockedBuffer.readUntil(s, (byte) 0), false);
      check(content, IOException.class, s -> LockedBuffer.read(s, size + 1), true);
      check(content, IOException.class, s -> LockedBuffer.readUntil(s, (byte) 0), true);
      check(content, IOException.class, LockedBuffer::readAll, true);
    }
  }

  private interface Read {
    void from(InputStream source) throws Exception;
  }

  private static void check(
      byte[] content, Class<? extends IOException> cause, Read read, boolean failing) {
    Failing broken = new Failing(content);
    PartialReadException partial =
        assertThrows(
            PartialReadException.class,
            () -> read.from(failing ? broken : new ByteArrayInputStream(content)));
    assertTrue(cause.isInstance(partial.getCause()));
    if (failing) {
      assertSame(broken.failure, partial.getCause());
    }
    try (LockedBuffer kept = partial.content()) {
      assertFalse(kept.isMutable());
      assertTrue(kept.contentEquals(content));
    }
  }

  @Test
  void noBufferIsLeftBehind() throws Exception {
    long inUse = GuardedMemory.counters().inUse();
    LockedBuffer.readAll(new ByteArrayInputStream(new byte[50_000])).close();
    InputStream rude =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalArgumentException("rude");
          }
        };
    assertThrows(IllegalArgumentException.class, () -> LockedBuffer.readAll(rude));
    assertThrows(IllegalArgumentException.class, () -> LockedBuffer.read(rude, 5));
    assertThrows(IllegalArgumentException.class, () -> LockedBuffer.readUntil(rude, (byte) 1));
    assertThrows(IllegalArgumentException.class, () -> LockedBuffer.read(rude, -1));
    assertThrows(NullPointerException.class, () -> LockedBuffer.readAll(null));
    assertEquals(inUse, GuardedMemory.counters().inUse());
  }
}

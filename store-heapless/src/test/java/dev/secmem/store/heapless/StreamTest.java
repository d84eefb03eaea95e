package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StreamTest {
  @Test
  void whatIsWrittenIsReadInOrder() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 20; round++) {
      Stream stream = new Stream();
      byte[] content = Bytes.pattern(round, random.nextInt(100_000));
      for (int at = 0; at < content.length; ) {
        int length = Math.min(content.length - at, 1 + random.nextInt(40_000));
        stream.outputStream().write(content, at, length);
        at += length;
      }
      assertEquals(content.length, stream.size());
      byte[] read = new byte[content.length];
      for (int at = 0; at < read.length; ) {
        int count = stream.inputStream().read(read, at, 1 + random.nextInt(read.length - at));
        assertTrue(count > 0);
        at += count;
        assertEquals(content.length - at, stream.size());
      }
      assertArrayEquals(content, read);
      assertEquals(-1, stream.inputStream().read());
      assertEquals(-1, stream.inputStream().read(new byte[1]));
      assertEquals(0, stream.inputStream().read(new byte[0]));
    }
  }

  @Test
  void writesLeaveTheSourceAndAreCopies() throws PluginException {
    Stream stream = new Stream();
    byte[] source = Bytes.pattern(1, 100);
    stream.write(source, 10, 50);
    assertArrayEquals(Bytes.pattern(1, 100), source);
    Arrays.fill(source, (byte) 0);
    try (LockedBuffer all = stream.flush()) {
      assertTrue(all.contentEquals(Arrays.copyOfRange(Bytes.pattern(1, 100), 10, 60)));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> stream.write(source, 90, 11));
  }

  @Test
  void nextGivesChunksAndFlushTheRest() throws Exception {
    Stream stream = new Stream();
    byte[] content = Bytes.pattern(2, 3 * Stream.CHUNK_BYTES + 5);
    stream.write(content, 0, content.length);
    byte[] few = new byte[100];
    assertEquals(100, stream.read(few, 0, 100));
    assertArrayEquals(Arrays.copyOf(content, 100), few);
    try (LockedBuffer next = stream.next()) {
      assertFalse(next.isMutable());
      assertTrue(next.contentEquals(Arrays.copyOfRange(content, 100, Stream.CHUNK_BYTES)));
    }
    assertEquals(7, stream.read(few, 0, 7));
    int read = Stream.CHUNK_BYTES + 7;
    assertEquals(content.length - read, stream.size());
    try (LockedBuffer rest = stream.flush()) {
      assertTrue(rest.contentEquals(Arrays.copyOfRange(content, read, content.length)));
    }
    assertEquals(0, stream.size());
    try (LockedBuffer none = stream.next();
        LockedBuffer noneEither = stream.flush()) {
      assertEquals(0, none.size() + noneEither.size());
    }
    stream.outputStream().write(65);
    assertEquals(65, stream.inputStream().read());
  }

  @Test
  void afterAPurgeItFailsAsPromised() throws Exception {
    Stream stream = new Stream();
    stream.write(new byte[10], 0, 10);
    Purge.all();
    PluginException failure = assertThrows(PluginException.class, stream::next);
    assertEquals(Reason.CLOSED, failure.reason());
    IOException io = assertThrows(IOException.class, () -> stream.inputStream().read());
    assertTrue(io.getCause() instanceof PluginException);
    assertEquals(10, stream.size(), "what could not be opened stays");
  }

  @Test
  void writesOfManyThreadsStayTogether() throws Exception {
    Stream stream = new Stream();
    int length = 2 * Stream.CHUNK_BYTES + 1;
    Thread[] writers = new Thread[4];
    for (int i = 0; i < writers.length; i++) {
      byte[] content = new byte[length];
      Arrays.fill(content, (byte) (i + 1));
      writers[i] = new Thread(() -> write(stream, content));
      writers[i].start();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertEquals(4L * length, stream.size());
    boolean[] seen = new boolean[5];
    for (int i = 0; i < 4; i++) {
      byte[] part = stream.inputStream().readNBytes(length);
      byte[] expected = new byte[length];
      Arrays.fill(expected, part[0]);
      assertArrayEquals(expected, part, "writes were mixed");
      assertFalse(seen[part[0]]);
      seen[part[0]] = true;
    }
  }

  private static void write(Stream stream, byte[] content) {
    try {
      stream.write(content, 0, content.length);
    } catch (PluginException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WipedStackTest {
  /** From 6 KiB of frames, when they are compiled, to 16. */
  private static final int DEPTH = 80;

  private final long marker = new Random().nextLong();
  private RandomAccessFile memory;

  @BeforeEach
  void openMemory() throws IOException {
    memory = new RandomAccessFile("/proc/self/mem", "r");
  }

  @AfterEach
  void closeMemory() throws IOException {
    memory.close();
  }

  @Test
  void nothingIsLeftOfACall() throws Exception {
    leave(DEPTH, marker);
    int left = markers();
    assertTrue(left >= DEPTH / 4, "control: " + left);
    WipedStack.run(() -> leave(DEPTH, marker));
    assertEquals(0, markers());
  }

  @Test
  void nothingIsLeftOfACallThatThrows() throws Exception {
    IOException failure = new IOException("a test's");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                WipedStack.run(
                    () -> {
                      leave(DEPTH, marker);
                      throw failure;
                    }));
    assertSame(failure, thrown);
    assertEquals(0, markers());
  }

  /** Compiled frames are a fraction of the size: still those of the call lie below what wipes. */
  @Test
  void norOnceItIsCompiled() throws Exception {
    long[] sum = new long[1];
    for (int i = 0; i < 100_000; i++) {
      WipedStack.run(() -> sum[0] += leave(5, sum[0]));
    }
    leave(DEPTH, marker);
    int left = markers();
    assertTrue(left >= DEPTH / 4, "control: " + left);
    WipedStack.run(() -> leave(DEPTH, marker));
    assertEquals(0, markers());
    long[] lowest = new long[1];
    long here = WipedStack.stackPointer();
    WipedStack.run(() -> lowest[0] = WipedStack.stackPointer());
    long room = here - lowest[0];
    assertTrue(room > 4 * WipedStack.MARGIN_BYTES, "some way down: " + room);
    assertTrue(room < WipedStack.REACH_BYTES / 2, "but within reach: " + room);
  }

  /** The thread goes on where its stack is nearly used up: it overflows, and nothing else. */
  @Test
  void aStackThatIsUsedUpOverflowsAsUsual() throws Exception {
    int[] calls = new int[1];
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                deeper(calls);
              } catch (StackOverflowError e) {
                failure[0] = e;
              }
            },
            "deep",
            512 << 10);
    thread.start();
    thread.join();
    assertTrue(failure[0] instanceof StackOverflowError, "" + failure[0]);
    assertTrue(calls[0] > 10, "calls: " + calls[0]);
  }

  private static void deeper(int[] calls) {
    WipedStack.run(() -> calls[0]++);
    deeper(calls);
  }

  private static long leave(int depth, long value) {
    return leave(depth, value, value, value, value, value, value, value, value);
  }

  /** Leaves a value in each of its frames: compiled code has registers for the first ones only. */
  private static long leave(
      int depth, long a, long b, long c, long d, long e, long f, long g, long h) {
    return depth == 0 ? a + b : leave(depth - 1, c, d, e, f, g, h, a, b) + depth;
  }

  /** How often the marker lies below the frames in use. */
  private int markers() throws IOException {
    long from = WipedStack.stackPointer() - WipedStack.REACH_BYTES;
    byte[] stack = new byte[WipedStack.REACH_BYTES];
    memory.seek(from);
    memory.readFully(stack);
    ByteBuffer words = ByteBuffer.wrap(stack).order(ByteOrder.nativeOrder());
    int found = 0;
    while (words.remaining() >= Long.BYTES) {
      found += words.getLong() == marker ? 1 : 0;
    }
    return found;
  }
}

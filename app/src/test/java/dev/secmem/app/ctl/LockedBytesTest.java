package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LockedBytesTest {

  @Test
  void holdsWhatWasAddedHoweverItGrew() throws Exception {
    Random random = new Random(3);
    StringBuilder expected = new StringBuilder();
    try (LockedBytes bytes = LockedBytes.withRoomFor(1)) {
      for (int i = 0; i < 2000; i++) {
        String piece = "x" + random.nextInt() + (char) random.nextInt(256);
        switch (random.nextInt(4)) {
          case 0:
            bytes.add(Native.latin(piece));
            expected.append(piece);
            break;
          case 1:
            bytes.add((byte) piece.charAt(0));
            expected.append(piece.charAt(0));
            break;
          case 2:
            bytes.write(Native.direct(piece));
            expected.append(piece);
            break;
          default:
            int from = random.nextInt(bytes.size() + 1);
            int to = from + Math.min(40, bytes.size() - from);
            bytes.addCopy(from, to);
            expected.append(expected.substring(from, to));
        }
      }
      assertEquals(expected.toString(), Native.text(bytes.all()));
      assertEquals(expected.length(), bytes.size());
    }
  }

  @Test
  void clearLeavesNothing() throws Exception {
    try (LockedBytes bytes = LockedBytes.withRoomFor(100)) {
      bytes.add("a secret");
      ByteBuffer all = bytes.all();
      bytes.clear();
      assertEquals("\0".repeat(8), Native.text(all));
      assertEquals(0, bytes.size());
      assertFalse(bytes.all().hasRemaining());
    }
  }

  @Test
  void thereIsALimit() throws Exception {
    try (LockedBytes bytes = LockedBytes.withRoomFor(1)) {
      bytes.add("x");
      bytes.addCopy(0, 1);
      ByteBuffer large = ByteBuffer.allocateDirect((int) ValueSource.MAX_BYTES);
      assertThrows(IOException.class, () -> bytes.write(large));
      assertEquals("xx", Native.text(bytes.all()));
    }
  }
}

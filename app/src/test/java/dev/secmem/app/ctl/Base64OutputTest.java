package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Base64OutputTest {

  @Test
  void agreesWithTheJdkForEveryLength() {
    Random random = new Random(42);
    for (int length = 0; length < 200; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ByteBuffer from = ByteBuffer.allocateDirect(length).put(bytes).flip();
      ByteBuffer to = ByteBuffer.allocateDirect((length + 2) / 3 * 4);
      Base64Output.encode(from, to);
      assertEquals(0, to.remaining());
      assertEquals(
          Base64.getEncoder().encodeToString(bytes),
          StandardCharsets.US_ASCII.decode(to.flip()).toString());
    }
  }

  @Test
  void onlyTheLastChunkMayBePadded() {
    assertEquals(0, Base64Output.CHUNK_BYTES % 3);
  }
}

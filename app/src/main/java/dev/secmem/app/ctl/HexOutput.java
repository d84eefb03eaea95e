package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Lower-case hexadecimal, from native memory to native memory as {@link Base64Output}. */
final class HexOutput {
  private static final int CHUNK_BYTES = 4096;
  private static final String DIGITS = "0123456789abcdef";

  private HexOutput() {}

  static void copy(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    try (LockedMemory plain = LockedMemory.allocate(CHUNK_BYTES);
        LockedMemory text = LockedMemory.allocate(2 * CHUNK_BYTES)) {
      ByteBuffer from = plain.buffer();
      ByteBuffer to = text.buffer();
      for (long offset = 0; offset < delivery.sizeBytes(); offset += from.limit()) {
        DeliveryOutput.readChunk(delivery, offset, from);
        encode(from, to.clear());
        sink.write(to.flip());
      }
    }
  }

  static void encode(ByteBuffer from, ByteBuffer to) {
    while (from.hasRemaining()) {
      byte b = from.get();
      to.put((byte) DIGITS.charAt(b >> 4 & 0xf)).put((byte) DIGITS.charAt(b & 0xf));
    }
  }
}

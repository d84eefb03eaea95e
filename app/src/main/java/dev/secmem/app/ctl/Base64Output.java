package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Base64 (RFC 4648, section 4, with padding) from native memory to native memory: the JDK's encoder
 * would leave the value's text on the heap.
 */
final class Base64Output {
  /** A multiple of three, so that only the last chunk is padded. */
  static final int CHUNK_BYTES = 24 * 1024;

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private Base64Output() {}

  static void copy(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    try (LockedMemory plain = LockedMemory.allocate(CHUNK_BYTES);
        LockedMemory text = LockedMemory.allocate(CHUNK_BYTES / 3 * 4)) {
      ByteBuffer from = plain.buffer().slice(0, CHUNK_BYTES);
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
      int count = Math.min(3, from.remaining());
      int group = (from.get() & 0xff) << 16;
      group |= count > 1 ? (from.get() & 0xff) << 8 : 0;
      group |= count > 2 ? from.get() & 0xff : 0;
      to.put(letter(group >> 18)).put(letter(group >> 12));
      to.put(count > 1 ? letter(group >> 6) : (byte) '=');
      to.put(count > 2 ? letter(group) : (byte) '=');
    }
  }

  private static byte letter(int bits) {
    return (byte) ALPHABET.charAt(bits & 0x3f);
  }
}

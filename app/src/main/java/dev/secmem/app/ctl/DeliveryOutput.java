package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Carries a delivery to where it is wanted, through native memory only. */
final class DeliveryOutput {
  static final int CHUNK_BYTES = 64 * 1024;

  private DeliveryOutput() {}

  /**
   * Writes a body byte for byte.
   *
   * @return its last byte, or a newline if it is empty
   */
  static byte copy(Delivery delivery, ByteSink sink)
      throws SecretClientException, LinuxException, IOException {
    long sizeBytes = delivery.sizeBytes();
    byte last = '\n';
    if (sizeBytes == 0) {
      return last;
    }
    try (LockedMemory memory = LockedMemory.allocate(Math.min(sizeBytes, CHUNK_BYTES))) {
      ByteBuffer chunk = memory.buffer();
      for (long offset = 0; offset < sizeBytes; offset += chunk.limit()) {
        readChunk(delivery, offset, chunk);
        last = chunk.get(chunk.limit() - 1);
        sink.write(chunk);
      }
    }
    return last;
  }

  /** Fills {@code chunk} with the body's bytes from {@code offset} on, ready to be taken out. */
  static void readChunk(Delivery delivery, long offset, ByteBuffer chunk)
      throws SecretClientException {
    chunk.clear();
    chunk.limit((int) Math.min(chunk.capacity(), delivery.sizeBytes() - offset));
    while (chunk.hasRemaining()) {
      if (delivery.read(offset + chunk.position(), chunk) <= 0) {
        throw new SecretClientException(
            SecretClientException.Reason.BAD_REPLY, "the body is shorter than it was said", null);
      }
    }
    chunk.flip();
  }
}

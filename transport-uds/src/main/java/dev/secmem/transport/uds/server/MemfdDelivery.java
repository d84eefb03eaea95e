package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.Reply;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import java.nio.ByteBuffer;

/** A sealed file in RAM on its way out. Owned by the reply that prepared it. */
final class MemfdDelivery implements Reply.Delivery {
  private static final int SEALS =
      Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE | Memfd.SEAL_SEAL;
  private static final int PIECE_BYTES = 16384;

  private final int descriptor;
  // A handler may prepare more than one; the reply closes all.
  private final MemfdDelivery before;

  private MemfdDelivery(int descriptor, MemfdDelivery before) {
    this.descriptor = descriptor;
    this.before = before;
  }

  /**
   * Writes {@code content} into a new file and seals it.
   *
   * @param content borrowed
   * @param before what the same reply prepared earlier, or null
   */
  static MemfdDelivery of(ByteBuffer content, MemfdDelivery before) throws RequestException {
    int position = content.position();
    int fd = -1;
    try {
      fd = Memfd.create();
      write(fd, content);
      Memfd.addSeals(fd, SEALS);
      MemfdDelivery delivery = new MemfdDelivery(fd, before);
      fd = -1;
      return delivery;
    } catch (LinuxException e) {
      throw refusal(e);
    } finally {
      content.position(position);
      if (fd != -1) {
        Descriptor.close(fd);
      }
    }
  }

  int descriptor() {
    return descriptor;
  }

  MemfdDelivery before() {
    return before;
  }

  void close() {
    Descriptor.close(descriptor);
  }

  private static void write(int fd, ByteBuffer content) throws LinuxException {
    if (content.isDirect()) {
      Descriptor.pwrite(fd, content, 0);
      return;
    }
    ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(content.remaining(), PIECE_BYTES));
    long offset = 0;
    while (content.hasRemaining()) {
      int length = Math.min(content.remaining(), piece.capacity());
      piece.clear().put(0, content, content.position(), length).limit(length);
      content.position(content.position() + length);
      Descriptor.pwrite(fd, piece, offset);
      offset += length;
    }
  }

  private static RequestException refusal(LinuxException e) {
    String what =
        switch (e.errno()) {
          case Errno.EMFILE, Errno.ENFILE -> "the agent cannot open more descriptors now";
          case Errno.ENOMEM, Errno.ENOSPC, Errno.EFBIG ->
              "the agent cannot get memory for the delivery now";
          default -> null;
        };
    if (what != null) {
      return new RequestException(ErrorCode.QUOTA, what);
    }
    Log.error("cannot prepare a delivery", e);
    return new RequestException(ErrorCode.INTERNAL, "the delivery failed");
  }
}

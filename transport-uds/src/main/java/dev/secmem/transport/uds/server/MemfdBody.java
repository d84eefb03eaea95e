package dev.secmem.transport.uds.server;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import java.nio.ByteBuffer;

/** A client's file in RAM. It is only ever read by pread(2): a mapping could be cut short. */
final class MemfdBody implements Body {
  private final int descriptor;
  private final long sizeBytes;

  private MemfdBody(int descriptor, long sizeBytes) {
    this.descriptor = descriptor;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Checks what came.
   *
   * @param descriptor lent
   */
  static MemfdBody of(int descriptor) throws RequestException {
    try {
      // These two ask no file system, which could be the client's own (FUSE) and never answer. Only
      // once it is known to be in RAM its file system is asked.
      if (!Descriptor.isReadable(descriptor)) {
        throw bad("the descriptor cannot be read from");
      }
      requireInRam(descriptor);
      Descriptor.Status status = Descriptor.status(descriptor);
      if (!status.isRegularFile()) {
        throw bad("the descriptor is no regular file");
      }
      return new MemfdBody(descriptor, status.sizeBytes());
    } catch (LinuxException e) {
      throw bad("the descriptor cannot be used");
    }
  }

  private static void requireInRam(int descriptor) throws RequestException {
    try {
      Memfd.seals(descriptor);
    } catch (LinuxException e) {
      throw bad("the descriptor is no memfd");
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(ByteBuffer target) throws RequestException {
    long offset = 0;
    while (target.hasRemaining()) {
      int count;
      try {
        count = Descriptor.pread(descriptor, target, offset);
      } catch (LinuxException e) {
        throw bad("the body cannot be read");
      }
      if (count == 0) {
        throw bad("the body became shorter");
      }
      offset += count;
    }
  }

  private static RequestException bad(String message) {
    return new RequestException(ErrorCode.BAD_REQUEST, message);
  }
}

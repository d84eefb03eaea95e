package dev.secmem.transport.uds.client;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretInfo;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Memfd;
import java.nio.ByteBuffer;

/** A received file that was checked to be in RAM and sealed. */
final class MemfdDelivery implements SecretClient.Delivery {
  private static final int SEALS =
      Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_WRITE | Memfd.SEAL_SEAL;

  private final int descriptor;
  private final long sizeBytes;
  private final SecretInfo info;
  private boolean closed;

  private MemfdDelivery(int descriptor, long sizeBytes, SecretInfo info) {
    this.descriptor = descriptor;
    this.sizeBytes = sizeBytes;
    this.info = info;
  }

  /**
   * Checks what the agent sent.
   *
   * @param descriptor taken over on return; still the caller's if this throws
   * @param info what the reply says of it, or null for a body that is no secret
   */
  static MemfdDelivery of(int descriptor, SecretInfo info) throws SecretClientException {
    try {
      Descriptor.Status status = Descriptor.status(descriptor);
      if (!status.isRegularFile() || !isSealed(descriptor)) {
        throw ReplyFields.bad("the agent's descriptor is no sealed memfd");
      }
      if (info != null && status.sizeBytes() != info.sizeBytes()) {
        throw ReplyFields.bad("the agent's descriptor has another size than the reply says");
      }
      return new MemfdDelivery(descriptor, status.sizeBytes(), info);
    } catch (LinuxException e) {
      throw new SecretClientException(
          SecretClientException.Reason.FAILED, "the delivery cannot be used: " + e.getMessage(), e);
    }
  }

  private static boolean isSealed(int descriptor) {
    try {
      return (Memfd.seals(descriptor) & SEALS) == SEALS;
    } catch (LinuxException e) {
      // Only files in RAM have seals to ask for.
      return false;
    }
  }

  @Override
  public SecretInfo info() {
    return info;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public int read(long offset, ByteBuffer target) throws SecretClientException {
    requireOpen();
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative");
    }
    int before = target.position();
    try {
      while (target.hasRemaining()) {
        if (Descriptor.pread(descriptor, target, offset + target.position() - before) == 0) {
          break;
        }
      }
      return target.position() - before;
    } catch (LinuxException e) {
      throw new SecretClientException(
          SecretClientException.Reason.FAILED, "cannot read the delivery: " + e.getMessage(), e);
    }
  }

  @Override
  public int descriptor() {
    requireOpen();
    return descriptor;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the delivery is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(descriptor);
    }
  }

  @Override
  public String toString() {
    return "a delivery of " + sizeBytes + " bytes";
  }
}

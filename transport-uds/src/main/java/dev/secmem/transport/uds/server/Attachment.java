package dev.secmem.transport.uds.server;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.MessageChannel;

/**
 * What came along with one line: at most one descriptor, which this owns, or the fact that there
 * were more. Confined.
 */
final class Attachment {
  private static final int NONE = -1;

  private int descriptor = NONE;
  private boolean surplus;
  private boolean dropped;

  /** Takes over what the latest receive brought. More than one descriptor: all are closed. */
  void takeFrom(MessageChannel channel) {
    int count = channel.descriptorCount();
    dropped |= channel.descriptorsDropped();
    if (count == 1 && descriptor == NONE && !surplus && !channel.descriptorsDropped()) {
      descriptor = channel.descriptor(0);
      return;
    }
    for (int i = 0; i < count; i++) {
      Descriptor.close(channel.descriptor(i));
    }
    if (count > 0) {
      markSurplus();
    }
  }

  /** Notes that the line has a descriptor too many, and closes the one that is here. */
  void markSurplus() {
    surplus = true;
    close();
  }

  /** Moves everything from {@code other} to here; this must be empty. */
  void moveFrom(Attachment other) {
    descriptor = other.descriptor;
    surplus = other.surplus;
    dropped = other.dropped;
    other.forget();
  }

  /** Whether anything came with the line. */
  boolean isPresent() {
    return descriptor != NONE || surplus || dropped;
  }

  /** Whether more than one came, or one while the line was already in progress. */
  boolean isSurplus() {
    return surplus;
  }

  /** Whether the kernel could not hand it over for want of descriptors. */
  boolean isDropped() {
    return dropped;
  }

  boolean hasDescriptor() {
    return descriptor != NONE;
  }

  /** The descriptor; stays owned by this. */
  int descriptor() {
    return descriptor;
  }

  /** Closes the descriptor, if there is one. Idempotent. */
  void close() {
    int fd = descriptor;
    descriptor = NONE;
    if (fd != NONE) {
      Descriptor.close(fd);
    }
  }

  /** Closes the descriptor and forgets everything. */
  void clear() {
    close();
    forget();
  }

  private void forget() {
    descriptor = NONE;
    surplus = false;
    dropped = false;
  }
}

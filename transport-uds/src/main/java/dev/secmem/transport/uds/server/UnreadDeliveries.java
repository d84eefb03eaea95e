package dev.secmem.transport.uds.server;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import java.util.concurrent.locks.LockSupport;

/**
 * The deliveries of one connection that its client may not have read. What is counted is what there
 * can be at most, so that the kernel need not be asked while there are few in all. Confined.
 */
final class UnreadDeliveries {
  /** As many as the send buffer lets wait. */
  private static final int MOST = 6;

  /** As many as can be left when {@link UnixSocket#awaitRoom} sees room: one, and the next one. */
  private static final int WITH_ROOM = 2;

  private static final int PATIENCE_TRIES = 50;
  private static final long PATIENCE_NANOS = 200_000;

  private final int socket;
  private final long stallMillis;
  private final InFlight inFlight;
  private int atMost;

  UnreadDeliveries(int socket, long stallMillis, InFlight inFlight) {
    this.socket = socket;
    this.stallMillis = stallMillis;
    this.inFlight = inFlight;
  }

  /**
   * Counts one that is about to be sent. If many are on their way in all, waits until the client
   * took the earlier ones.
   *
   * @return false if it did not take them in time
   */
  boolean add() throws LinuxException {
    if (atMost < MOST) {
      change(atMost + 1);
    }
    if (atMost <= WITH_ROOM || !inFlight.isHigh()) {
      return true;
    }
    if (!UnixSocket.awaitRoom(socket, (int) Math.min(stallMillis, Integer.MAX_VALUE))) {
      return false;
    }
    change(WITH_ROOM);
    return true;
  }

  /** Whether the client has left any unread. */
  boolean areLeft() throws LinuxException {
    return atMost > 0 && UnixSocket.hasUnread(socket);
  }

  /** The same, but gives a client that is about to read them a moment to do so. */
  boolean areLeftForLong() throws LinuxException {
    for (int i = 0; i < PATIENCE_TRIES; i++) {
      if (!areLeft()) {
        return false;
      }
      LockSupport.parkNanos(PATIENCE_NANOS);
    }
    return true;
  }

  /** No longer counts any. */
  void forget() {
    change(0);
  }

  private void change(int count) {
    inFlight.add(count - atMost);
    atMost = count;
  }
}

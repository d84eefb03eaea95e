package dev.secmem.transport.uds.server;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many descriptors may be on their way to clients that have not read them. The kernel counts
 * them against the agent's user, up to its limit of open files: clients that never read could use
 * that up for everybody.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class InFlight {
  private final AtomicInteger atMost = new AtomicInteger();
  private final int limit;

  InFlight() {
    this.limit = limit();
  }

  /** A quarter of what the kernel allows: each connection may have two more. */
  private static int limit() {
    try {
      long files = ResourceLimit.NOFILE.soft();
      return files == ResourceLimit.INFINITY
          ? Integer.MAX_VALUE
          : (int) Math.min(Integer.MAX_VALUE, files / 4);
    } catch (LinuxException e) {
      return 256;
    }
  }

  void add(int count) {
    atMost.addAndGet(count);
  }

  /** Whether so many may be on their way that it must be found out how many are. */
  boolean isHigh() {
    return atMost.get() > limit;
  }
}

package dev.secmem.app.agent;

import dev.secmem.app.engine.EngineOptions;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.MessageChannel;
import dev.secmem.linux.ResourceLimit;

/** Fits the number of connections to the number of descriptors that this process may have. */
final class Descriptors {
  private static final System.Logger LOG = System.getLogger("dev.secmem.agent");

  /** What the JVM and the agent itself have open. */
  private static final int OWN = 32;

  /** A connection, and the file that a request on it is about. */
  private static final int FOR_EACH_CONNECTION = 2;

  private Descriptors() {}

  /**
   * Raises the limit as far as it is needed and allowed. Where it stays too low, fewer connections
   * are let in: a refused connection can try again, a request without a descriptor cannot.
   */
  static EngineOptions fit(EngineOptions options) throws LinuxException {
    long wanted =
        OWN
            + MessageChannel.MAX_DESCRIPTORS
            + (long) options.maxConnections() * FOR_EACH_CONNECTION;
    long soft = ResourceLimit.NOFILE.soft();
    long hard = ResourceLimit.NOFILE.hard();
    if (isAtLeast(soft, wanted)) {
      return options;
    }
    long raised = isAtLeast(hard, wanted) ? wanted : hard;
    if (!isAtLeast(soft, raised)) {
      ResourceLimit.NOFILE.set(raised, hard);
    }
    if (raised == wanted) {
      return options;
    }
    long room = raised - OWN;
    // With little room the place for 253 foreign descriptors is shared: what does not fit, the
    // kernel
    // drops, and the request is answered by quota.
    long most = Math.max(1, Math.max(room - MessageChannel.MAX_DESCRIPTORS, room / 2) / 2);
    LOG.log(
        System.Logger.Level.WARNING,
        "open files limit is "
            + raised
            + ": at most "
            + most
            + " connections; raise it with 'ulimit -n' or LimitNOFILE=");
    return options.withMaxConnections((int) Math.min(most, options.maxConnections()));
  }

  private static boolean isAtLeast(long limit, long wanted) {
    return limit == ResourceLimit.INFINITY || limit >= wanted;
  }
}

package dev.secmem.app.agent;

import dev.secmem.api.Syntax;
import java.util.function.UnaryOperator;

/**
 * The listening socket that a service manager hands over (sd_listen_fds(3)): descriptor 3, if
 * LISTEN_PID names this process. Whether it is a socket of the right kind is the transport's to
 * say.
 */
final class Activation {
  /** SD_LISTEN_FDS_START. */
  private static final int FIRST = 3;

  static final int NONE = -1;

  private Activation() {}

  /**
   * The descriptor, or {@link #NONE} where none was handed to this process.
   *
   * @param environment looks up a variable, null where it is not set
   * @param pid of this process
   * @throws StartRefusedException if the variables are malformed, or tell of another number than
   *     one
   */
  static int descriptor(UnaryOperator<String> environment, long pid) throws StartRefusedException {
    String target = environment.apply("LISTEN_PID");
    if (target == null) {
      return NONE;
    }
    if (Syntax.number(target) == Syntax.NOT_A_NUMBER) {
      throw new StartRefusedException("LISTEN_PID is no number: '" + target + "'");
    }
    if (Syntax.number(target) != pid) {
      return NONE; // for a process before this one
    }
    String count = environment.apply("LISTEN_FDS");
    if (!"1".equals(count)) {
      throw new StartRefusedException(
          "LISTEN_FDS is "
              + (count == null ? "not set" : "'" + count + "'")
              + ": exactly one socket is taken; write one ListenStream= into the socket unit");
    }
    return FIRST;
  }
}

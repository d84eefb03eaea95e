package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;

/** What a plugin's failure means to a client. */
final class Failures {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");

  private Failures() {}

  static RequestException of(Exception failure) {
    if (failure instanceof PluginException
        && ((PluginException) failure).reason() == PluginException.Reason.NO_SPACE) {
      return new RequestException(ErrorCode.QUOTA, String.valueOf(failure.getMessage()));
    }
    if (failure instanceof LinuxException && isShortage(((LinuxException) failure).errno())) {
      return new RequestException(ErrorCode.QUOTA, "the agent cannot get memory now; try again");
    }
    if (failure instanceof PluginException
        && ((PluginException) failure).reason() == PluginException.Reason.CLOSED) {
      return locked(); // keys are wiped by nothing else while requests run
    }
    // The client learns that it was us; the log learns what it was.
    LOG.log(System.Logger.Level.ERROR, "request failed: " + failure);
    return new RequestException(ErrorCode.INTERNAL, "the agent failed; its log says more");
  }

  /** EAGAIN: mmap(2) over the limit of locked memory. */
  private static boolean isShortage(int errno) {
    return switch (errno) {
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOSPC, Errno.EAGAIN -> true;
      default -> false;
    };
  }

  static RequestException locked() {
    return new RequestException(ErrorCode.LOCKED, "the agent is locked");
  }
}

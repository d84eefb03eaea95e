package dev.secmem.store.memfd;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;

/** How this plugin words what went wrong. */
final class Failure {
  private Failure() {}

  static PluginException of(Reason reason, String message) {
    return new PluginException(reason, "store(" + MemfdStoreProvider.NAME + "): " + message);
  }

  static PluginException of(LinuxException e) {
    Reason reason =
        switch (e.errno()) {
          // EAGAIN: mmap over the memlock limit after mlockall(MCL_FUTURE). EFBIG: RLIMIT_FSIZE.
          case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOSPC, Errno.EAGAIN, Errno.EFBIG ->
              Reason.NO_SPACE;
          default -> Reason.FAILED;
        };
    return new PluginException(
        reason, "store(" + MemfdStoreProvider.NAME + "): " + e.getMessage(), e);
  }
}

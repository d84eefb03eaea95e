package dev.secmem.store.heapless;

import dev.secmem.api.PluginException;
import dev.secmem.api.PluginException.Reason;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;

/** How this module words what went wrong. */
final class Failure {
  private Failure() {}

  static PluginException of(Reason reason, String message) {
    return new PluginException(reason, "heapless: " + message);
  }

  /** One of the store's, which an agent's user sees. */
  static PluginException ofStore(Reason reason, String message) {
    return new PluginException(reason, "store(" + HeaplessStoreProvider.NAME + "): " + message);
  }

  static PluginException of(LinuxException e) {
    Reason reason =
        switch (e.errno()) {
          case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOSPC, Errno.EAGAIN, Errno.EFBIG ->
              Reason.NO_SPACE;
          // mlock(2) with a limit of 0 and no right to lock.
          case Errno.EPERM -> e.call().equals("mlock") ? Reason.NO_SPACE : Reason.FAILED;
          default -> Reason.FAILED;
        };
    return new PluginException(reason, "heapless: " + e.getMessage(), e);
  }

  static IllegalStateException closed() {
    return new IllegalStateException("the buffer is closed");
  }

  static IllegalStateException frozen() {
    return new IllegalStateException("the buffer is frozen");
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.PluginException;
import dev.secmem.api.transport.RequestException;

/** What a plugin's failure means to a client. */
final class Failures {
  private static final System.Logger LOG = System.getLogger("dev.secmem.engine");

  private Failures() {}

  static RequestException of(Exception failure) {
    if (failure instanceof PluginException
        && ((PluginException) failure).reason() == PluginException.Reason.NO_SPACE) {
      return new RequestException(ErrorCode.QUOTA, String.valueOf(failure.getMessage()));
    }
    if (failure instanceof PluginException
        && ((PluginException) failure).reason() == PluginException.Reason.CLOSED) {
      return locked(); // keys are wiped by nothing else while requests run
    }
    // The client learns that it was us; the log learns what it was.
    LOG.log(System.Logger.Level.ERROR, "request failed: " + failure);
    return new RequestException(ErrorCode.INTERNAL, "the agent failed; its log says more");
  }

  static RequestException locked() {
    return new RequestException(ErrorCode.LOCKED, "the agent is locked");
  }
}

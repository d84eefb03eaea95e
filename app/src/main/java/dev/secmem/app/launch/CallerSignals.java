package dev.secmem.app.launch;

import dev.secmem.linux.SignalState;
import java.io.IOException;

/** Which signals the caller blocks and ignores. */
public final class CallerSignals {
  /** Set by the launcher: the signals that were ignored when it started, as /proc shows them. */
  static final String IGNORED_PROPERTY = "secmem.sigign";

  private CallerSignals() {}

  /** What this process was started with. Without the launcher's word the JVM's own are missing. */
  public static SignalState read() throws IOException {
    SignalState seen = SignalState.ofCaller();
    String ignored = System.getProperty(IGNORED_PROPERTY);
    return ignored == null || ignored.isEmpty()
        ? seen
        : new SignalState(seen.blocked(), SignalState.hexadecimal(ignored));
  }
}

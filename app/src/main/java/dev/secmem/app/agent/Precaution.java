package dev.secmem.app.agent;

import dev.secmem.api.PluginException;

/** What is done around calls that have plaintext where nobody but the JVM can wipe it. */
@FunctionalInterface
interface Precaution {
  /** What has plaintext on the heap or the stack until it returns. */
  interface Call {
    void run() throws PluginException;
  }

  /**
   * Runs a call.
   *
   * @param plaintextBytes the length of its plaintext
   */
  void around(int plaintextBytes, Call call) throws PluginException;
}

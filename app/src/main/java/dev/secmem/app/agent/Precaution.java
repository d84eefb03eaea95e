package dev.secmem.app.agent;

import dev.secmem.api.PluginException;

/** What is done around calls that have plaintext where nobody but the JVM can wipe it. */
@FunctionalInterface
interface Precaution {
  /** For ciphers that have none on the heap. */
  Precaution NONE = (plaintextBytes, call) -> call.run();

  /** What has plaintext on the heap until it returns. */
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

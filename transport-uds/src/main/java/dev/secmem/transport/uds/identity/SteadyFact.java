package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Peer;

/**
 * A fact that a process keeps: read once a connection, and told only while the process lives. A
 * failure is not kept.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
abstract class SteadyFact {
  private String value;

  final synchronized String get(
      ProcessReader reader, Peer peer, String kind, ProcessReader.Reading<String> reading)
      throws PluginException {
    if (value == null) {
      value = reader.read(peer, kind, reading);
    } else {
      reader.requireAlive(peer, kind);
    }
    return value;
  }
}

package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Peer;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;

/** A peer's supplementary groups, or why they cannot be had; asked for once a connection. */
final class PeerGroups {
  private final long[] gids;
  private final LinuxException failure;

  private PeerGroups(long[] gids, LinuxException failure) {
    this.gids = gids;
    this.failure = failure;
  }

  static PeerGroups of(Peer peer) {
    try {
      return new PeerGroups(UnixSocket.peerGroups(peer.descriptor()), null);
    } catch (LinuxException e) {
      return new PeerGroups(null, e);
    }
  }

  boolean contains(long gid) throws PluginException {
    if (failure != null) {
      throw new PluginException(
          PluginException.Reason.FAILED,
          "groups: the peer's groups cannot be had: " + failure.getMessage(),
          failure);
    }
    for (long candidate : gids) {
      if (candidate == gid) {
        return true;
      }
    }
    return false;
  }
}

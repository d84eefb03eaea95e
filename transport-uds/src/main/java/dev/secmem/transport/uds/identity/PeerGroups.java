package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Peer;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ProcessStatus;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;

/** A peer's supplementary groups, or why they cannot be had; asked for once a connection. */
final class PeerGroups {
  private final long[] gids;
  private final Exception failure;

  private PeerGroups(long[] gids, Exception failure) {
    this.gids = gids;
    this.failure = failure;
  }

  static PeerGroups of(Peer peer) {
    try {
      return new PeerGroups(
          peer.descriptor() < 0
              ? ProcessStatus.of(peer.pid()).groups()
              : UnixSocket.peerGroups(peer.descriptor()),
          null);
    } catch (LinuxException | IOException e) {
      return new PeerGroups(null, e);
    }
  }

  boolean contains(long gid) throws PluginException {
    for (long candidate : all()) {
      if (candidate == gid) {
        return true;
      }
    }
    return false;
  }

  /** In no particular order. */
  long[] all() throws PluginException {
    if (failure != null) {
      throw new PluginException(
          PluginException.Reason.FAILED,
          "groups: the peer's groups cannot be had: " + failure.getMessage(),
          failure);
    }
    return gids;
  }
}

package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.Set;

/** {@code gid:N}: N is the peer's primary group or one of its supplementary ones. */
final class GroupsAuthenticator implements Authenticator {
  private static final String KIND = "gid";

  @Override
  public Set<String> kinds() {
    return Set.of(KIND);
  }

  @Override
  public String normalize(String kind, String value) {
    requireKind(kind);
    return IdNumber.normalize(kind, value);
  }

  @Override
  public boolean matches(Peer peer, String kind, String value) throws PluginException {
    requireKind(kind);
    long gid = IdNumber.parse(kind, value);
    return peer.gid() == gid
        || peer.remember(PeerGroups.class, () -> PeerGroups.of(peer)).contains(gid);
  }

  private static void requireKind(String kind) {
    if (!kind.equals(KIND)) {
      throw new IllegalArgumentException("not a grant of groups: " + kind);
    }
  }
}

package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** The primary group first. */
  @Override
  public List<String> values(Peer peer, String kind) throws PluginException {
    requireKind(kind);
    Set<String> gids = new LinkedHashSet<>();
    gids.add(Long.toString(peer.gid()));
    for (long gid : peer.remember(PeerGroups.class, () -> PeerGroups.of(peer)).all()) {
      gids.add(Long.toString(gid));
    }
    gids.removeIf(IdNumber::isNobodys);
    if (gids.isEmpty()) {
      throw new PluginException(PluginException.Reason.FAILED, "gid: it is in no group known here");
    }
    return List.copyOf(gids);
  }

  @Override
  public String refusal(Peer peer, String kind, String value) {
    return "it is not in that group";
  }

  private static void requireKind(String kind) {
    if (!kind.equals(KIND)) {
      throw new IllegalArgumentException("not a grant of groups: " + kind);
    }
  }
}

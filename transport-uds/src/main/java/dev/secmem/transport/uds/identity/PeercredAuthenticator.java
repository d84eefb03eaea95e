package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.List;
import java.util.Set;

/** {@code uid:N}: the peer's uid is N (SO_PEERCRED). */
final class PeercredAuthenticator implements Authenticator {
  private static final String KIND = "uid";

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
  public boolean matches(Peer peer, String kind, String value) {
    requireKind(kind);
    return peer.uid() == IdNumber.parse(kind, value);
  }

  @Override
  public List<String> values(Peer peer, String kind) throws PluginException {
    requireKind(kind);
    String uid = Long.toString(peer.uid());
    if (IdNumber.isNobodys(uid)) {
      throw new PluginException(PluginException.Reason.FAILED, "uid: it is nobody known here");
    }
    return List.of(uid);
  }

  @Override
  public String refusal(Peer peer, String kind, String value) {
    return "it is of another uid";
  }

  private static void requireKind(String kind) {
    if (!kind.equals(KIND)) {
      throw new IllegalArgumentException("not a grant of peercred: " + kind);
    }
  }
}

package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.List;
import java.util.Set;

/** Judges {@code session} and {@code exe} by what a test says of a {@link FakePeer}. */
final class FakeSessions implements Authenticator {
  /** What a peer is said to have. */
  record Facts(String session, String exe) {}

  private static final Facts NONE = new Facts(null, null);

  @Override
  public Set<String> kinds() {
    return Set.of("session", "exe");
  }

  @Override
  public boolean takesValue(String kind) {
    return kind.equals("exe");
  }

  @Override
  public String normalize(String kind, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(kind + ": needs a value");
    }
    return value;
  }

  @Override
  public boolean matches(Peer peer, String kind, String value) throws PluginException {
    return values(peer, kind).contains(value);
  }

  @Override
  public List<String> values(Peer peer, String kind) throws PluginException {
    Facts facts = peer.remember(Facts.class, () -> NONE);
    String fact = kind.equals("exe") ? facts.exe() : facts.session();
    if (fact == null) {
      throw new PluginException(PluginException.Reason.FAILED, kind + ": it is unset");
    }
    return List.of(fact);
  }

  @Override
  public void approve(Peer owner, String kind, String value, boolean others) {
    if (value.equals("/script")) {
      throw new IllegalArgumentException("exe: whoever may change it decides");
    }
    if (value.equals("/others") && others) {
      throw new IllegalArgumentException("exe: others cannot be seen");
    }
  }
}

package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.Syntax;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * {@code session}: the peer's process is of the login session that the owner was in, by the audit
 * session id of {@code /proc/PID/sessionid}. An unset id is no session, and equal to nothing.
 */
final class SessionAuthenticator implements Authenticator {
  private static final String KIND = "session";
  private static final long UNSET = 4294967295L;

  private final ProcessReader reader;

  SessionAuthenticator(ProcessReader reader) {
    this.reader = reader;
  }

  private static final class Fact extends SteadyFact {}

  @Override
  public Set<String> kinds() {
    return Set.of(KIND);
  }

  @Override
  public boolean takesValue(String kind) {
    return false;
  }

  @Override
  public String normalize(String kind, String value) {
    long id = kind.equals(KIND) ? Syntax.number(value) : Syntax.NOT_A_NUMBER;
    if (id == Syntax.NOT_A_NUMBER || id >= UNSET) {
      throw new IllegalArgumentException("session: not the id of a session");
    }
    return value;
  }

  @Override
  public boolean matches(Peer peer, String kind, String value) throws PluginException {
    String wanted = normalize(kind, value);
    return session(peer).equals(wanted);
  }

  @Override
  public List<String> values(Peer peer, String kind) throws PluginException {
    return List.of(session(peer));
  }

  private String session(Peer peer) throws PluginException {
    return peer.remember(Fact.class, Fact::new).get(reader, peer, KIND, SessionAuthenticator::read);
  }

  private static String read(Path folder) throws IOException, PluginException {
    String text = ProcessReader.text(folder.resolve("sessionid")).strip();
    long id = Syntax.number(text);
    if (id == Syntax.NOT_A_NUMBER || id >= UNSET) {
      throw ProcessReader.failure(KIND, "the audit session id is unset: it is no login session");
    }
    return text;
  }

  @Override
  public String refusal(Peer peer, String kind, String value) {
    try {
      session(peer);
      return "it is of another login session";
    } catch (PluginException e) {
      return e.getMessage();
    }
  }
}

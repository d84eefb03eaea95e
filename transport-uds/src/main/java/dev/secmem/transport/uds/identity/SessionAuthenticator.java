package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.Syntax;
import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code session}: the peer's process is of the login session that the owner was in, by the audit
 * session id of {@code /proc/PID/sessionid}. An unset id is no session, and equal to nothing.
 */
final class SessionAuthenticator extends SteadyAuthenticator<SessionAuthenticator.Fact> {
  private static final String KIND = "session";
  private static final long UNSET = 4294967295L;

  SessionAuthenticator(ProcessReader reader) {
    super(KIND, "it is of another login session", reader, Fact.class, Fact::new);
  }

  static final class Fact extends SteadyFact {}

  @Override
  public boolean takesValue(String kind) {
    return false;
  }

  @Override
  public String normalize(String kind, String value) {
    if (!kind.equals(KIND) || !isSession(value)) {
      throw new IllegalArgumentException("session: not the id of a session");
    }
    return value;
  }

  private static boolean isSession(String text) {
    long id = Syntax.number(text);
    return id != Syntax.NOT_A_NUMBER && id < UNSET;
  }

  @Override
  String read(Path folder) throws IOException, PluginException {
    String text = ProcessReader.text(folder.resolve("sessionid")).strip();
    if (!isSession(text)) {
      throw ProcessReader.failure(KIND, "the audit session id is unset: it is no login session");
    }
    return text;
  }
}

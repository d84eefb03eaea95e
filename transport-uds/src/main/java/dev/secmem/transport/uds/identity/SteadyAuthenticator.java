package dev.secmem.transport.uds.identity;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One kind of grant, by one {@link SteadyFact} of the peer's process.
 *
 * @param <F> what a peer remembers the value by
 */
abstract class SteadyAuthenticator<F extends SteadyFact> implements Authenticator {
  private final String kind;
  private final String otherwise;
  private final ProcessReader reader;
  private final Class<F> fact;
  private final Supplier<F> unread;

  /**
   * @param otherwise the refusal of a process that has another value
   * @param unread makes a fact that was not read yet
   */
  SteadyAuthenticator(
      String kind, String otherwise, ProcessReader reader, Class<F> fact, Supplier<F> unread) {
    this.kind = kind;
    this.otherwise = otherwise;
    this.reader = reader;
    this.fact = fact;
    this.unread = unread;
  }

  /** Reads the value, in its normal form, of a process's folder in /proc. */
  abstract String read(Path folder) throws IOException, PluginException;

  @Override
  public final Set<String> kinds() {
    return Set.of(kind);
  }

  @Override
  public final boolean matches(Peer peer, String asked, String value) throws PluginException {
    String wanted = normalize(asked, value);
    return valueOf(peer).equals(wanted);
  }

  @Override
  public final List<String> values(Peer peer, String asked) throws PluginException {
    return List.of(valueOf(peer));
  }

  private String valueOf(Peer peer) throws PluginException {
    return peer.remember(fact, unread).get(reader, peer, kind, this::read);
  }

  @Override
  public final String refusal(Peer peer, String asked, String value) {
    try {
      valueOf(peer);
      return otherwise;
    } catch (PluginException e) {
      return e.getMessage();
    }
  }
}

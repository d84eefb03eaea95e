package dev.secmem.app.engine;

import dev.secmem.api.PluginException;
import dev.secmem.api.identity.Authenticator;
import dev.secmem.api.identity.Peer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The peer of a connection during one request after the other: keeps brief facts as long as the
 * request, and knows whether its program was asked for.
 *
 * <p>Confined, as a connection's requests are.
 */
final class Caller implements Peer {
  private final Peer peer;
  // Most requests never ask.
  private Map<Class<?>, Object> briefly;
  private Authenticator programs;

  Caller(Peer peer) {
    this.peer = peer;
  }

  void nextRequest() {
    programs = null;
    if (briefly != null) {
      briefly.clear();
    }
  }

  /** Hears that a grant or bind of that kind is being judged. */
  void judgedBy(Authenticator authenticator, String kind) {
    if (kind.equals("exe")) {
      programs = authenticator;
    }
  }

  /** The caller's program, percent-encoded, if this request asked for it; else null. */
  String program() {
    if (programs == null) {
      return null;
    }
    try {
      return programs.values(this, "exe").get(0);
    } catch (PluginException e) {
      return null; // not to be seen, or it has no file any more
    }
  }

  @Override
  public long uid() {
    return peer.uid();
  }

  @Override
  public long gid() {
    return peer.gid();
  }

  @Override
  public int pid() {
    return peer.pid();
  }

  @Override
  public int descriptor() {
    return peer.descriptor();
  }

  @Override
  public <T> T remember(Class<T> key, Supplier<T> source) {
    return peer.remember(key, source);
  }

  @Override
  public <T> T rememberBriefly(Class<T> key, Supplier<T> source) {
    if (briefly == null) {
      briefly = new HashMap<>();
    }
    T value = key.cast(briefly.get(key));
    if (value == null) {
      value = source.get();
      briefly.put(key, value);
    }
    return value;
  }
}

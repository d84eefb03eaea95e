package dev.secmem.transport.uds.identity;

import dev.secmem.api.identity.Peer;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.PeerCredentials;
import dev.secmem.linux.UnixSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The process that opened a connection (SO_PEERCRED). */
public final class UdsPeer implements Peer {
  private final int descriptor;
  private final PeerCredentials credentials;
  // Most connections never ask for more than the uid.
  private Map<Class<?>, Object> remembered;

  private UdsPeer(int descriptor, PeerCredentials credentials) {
    this.descriptor = descriptor;
    this.credentials = credentials;
  }

  /**
   * Asks the kernel who opened a connection.
   *
   * @param descriptor lent for as long as the peer is used
   */
  public static UdsPeer of(int descriptor) throws LinuxException {
    return new UdsPeer(descriptor, UnixSocket.peerCredentials(descriptor));
  }

  @Override
  public long uid() {
    return credentials.uid();
  }

  @Override
  public long gid() {
    return credentials.gid();
  }

  @Override
  public int pid() {
    return credentials.pid();
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public synchronized <T> T remember(Class<T> key, Supplier<T> source) {
    if (remembered == null) {
      remembered = new HashMap<>();
    }
    T value = key.cast(remembered.get(key));
    if (value == null) {
      value = source.get();
      remembered.put(key, value);
    }
    return value;
  }

  @Override
  public String toString() {
    return "uid " + uid() + ", pid " + pid();
  }
}

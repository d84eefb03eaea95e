package dev.secmem.transport.uds.client;

import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.UnixSocket;
import dev.secmem.transport.uds.address.SocketAddress;

/** Connects to an agent's socket, and looks who serves there before anything is sent. */
final class Connector {
  private Connector() {}

  /**
   * Connects.
   *
   * @return a socket with its timeouts set, that the caller closes
   */
  static int connect(ClientOptions options) throws SecretClientException {
    String path = path(options.address());
    int socket;
    try {
      socket = UnixSocket.connect(path, options.timeoutMillis());
    } catch (LinuxException e) {
      throw new SecretClientException(Reason.NO_AGENT, noAgent(path, e), e);
    }
    boolean trusted = false;
    try {
      requireTrusted(socket, path, options);
      trusted = true;
      return socket;
    } finally {
      if (!trusted) {
        Descriptor.close(socket);
      }
    }
  }

  private static String path(String given) throws SecretClientException {
    try {
      return SocketAddress.resolve(given, System::getenv, OwnIdentity.uid()).path();
    } catch (IllegalArgumentException e) {
      throw new SecretClientException(Reason.NO_AGENT, e.getMessage(), e);
    }
  }

  private static String noAgent(String path, LinuxException e) {
    return switch (e.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR ->
          "no agent at " + path + ": start one with 'secmem-agent', or name its socket";
      case Errno.ECONNREFUSED ->
          "no agent answers at " + path + " any more: start one with 'secmem-agent'";
      case Errno.EACCES -> "the socket " + path + " is not open to this user";
      case Errno.EAGAIN -> "the agent at " + path + " does not take connections in time";
      default -> "cannot connect to " + path + ": " + e.getMessage();
    };
  }

  private static void requireTrusted(int socket, String path, ClientOptions options)
      throws SecretClientException {
    long uid;
    try {
      uid = UnixSocket.peerCredentials(socket).uid();
    } catch (LinuxException e) {
      throw new SecretClientException(
          Reason.NOT_TRUSTED, "cannot find out who serves at " + path + ": " + e.getMessage(), e);
    }
    if (uid != 0 && uid != OwnIdentity.uid() && !options.trustedUids().contains(uid)) {
      throw new SecretClientException(
          Reason.NOT_TRUSTED,
          "uid " + uid + " serves at " + path + ", which is not trusted; nothing was sent",
          null);
    }
  }
}

package dev.secmem.transport.uds.address;

import dev.secmem.linux.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The path of an agent's socket.
 *
 * @param path as the user would write it
 * @param ownFolder whether it lies in a default folder, which the agent makes and keeps to itself
 */
public record SocketAddress(String path, boolean ownFolder) {
  private static final String FILE = "/secmem/agent.sock";

  /**
   * The path that was given, or else the default: {@code $SECMEM_SOCK}, {@code
   * $XDG_RUNTIME_DIR/secmem/agent.sock}, {@code /run/secmem/agent.sock} for root.
   *
   * @param given null for the default
   * @param environment looks up a variable, null where it is not set
   * @throws IllegalArgumentException if there is no path, or one that no socket can have, with a
   *     sentence for the user
   */
  public static SocketAddress resolve(
      String given, UnaryOperator<String> environment, long ownUid) {
    SocketAddress address = choose(given, environment, ownUid);
    int lengthBytes = address.path.getBytes(StandardCharsets.UTF_8).length;
    if (lengthBytes > UnixSocket.MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "socket path has %d bytes, a socket can have %d: %s",
              lengthBytes,
              UnixSocket.MAX_PATH_BYTES,
              address.path));
    }
    if (address.path.indexOf('\0') >= 0 || address.path.endsWith("/")) {
      throw new IllegalArgumentException("not the path of a file: " + address.path);
    }
    return address;
  }

  private static SocketAddress choose(
      String given, UnaryOperator<String> environment, long ownUid) {
    String path = given != null ? given : environment.apply("SECMEM_SOCK");
    if (given != null || isSet(path)) {
      if (path.isEmpty()) {
        throw new IllegalArgumentException("the socket path is empty");
      }
      return new SocketAddress(path, false);
    }
    String runtime = environment.apply("XDG_RUNTIME_DIR");
    // The specification of XDG_RUNTIME_DIR says to ignore a relative one.
    if (isSet(runtime) && runtime.startsWith("/")) {
      return new SocketAddress(runtime + FILE, true);
    }
    if (ownUid == 0) {
      return new SocketAddress("/run" + FILE, true);
    }
    throw new IllegalArgumentException(
        "no socket path: set SECMEM_SOCK, or XDG_RUNTIME_DIR as a login session does, or give one"
            + " with --socket");
  }

  private static boolean isSet(String value) {
    return value != null && !value.isEmpty();
  }
}

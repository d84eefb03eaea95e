package dev.secmem.api.transport;

/**
 * How a server is to listen.
 *
 * @param address the socket's path, or null for the documented default
 * @param mode the socket file's permission bits, or -1 for 0600, or 0666 when others are admitted
 * @param othersAdmitted whether other uids or gids than the agent's own are to be let in
 * @param idleTimeoutMillis how long a connection may send nothing
 * @param stallTimeoutMillis how long a peer may take to finish a line or to take its replies
 * @param inherited a descriptor on which somebody else listens already and that this process was
 *     given, as service managers do (sd_listen_fds(3)), or -1 to make the address
 */
public record ServerOptions(
    String address,
    int mode,
    boolean othersAdmitted,
    long idleTimeoutMillis,
    long stallTimeoutMillis,
    int inherited) {

  /** The documented default of {@link #idleTimeoutMillis}. */
  public static final long DEFAULT_IDLE_TIMEOUT_MILLIS = 600_000;

  /** The documented default of {@link #stallTimeoutMillis}. */
  public static final long DEFAULT_STALL_TIMEOUT_MILLIS = 10_000;

  public ServerOptions {
    if (mode < -1 || mode > 0777) {
      throw new IllegalArgumentException("mode must be permission bits or -1");
    }
    if (idleTimeoutMillis <= 0 || stallTimeoutMillis <= 0) {
      throw new IllegalArgumentException("timeouts must be positive");
    }
    if (inherited < -1) {
      throw new IllegalArgumentException("inherited must be a descriptor or -1");
    }
  }

  /** Options of a server that makes its address. */
  public ServerOptions(
      String address,
      int mode,
      boolean othersAdmitted,
      long idleTimeoutMillis,
      long stallTimeoutMillis) {
    this(address, mode, othersAdmitted, idleTimeoutMillis, stallTimeoutMillis, -1);
  }

  /** The same, to listen on a descriptor that this process was given. */
  public ServerOptions withInherited(int descriptor) {
    return new ServerOptions(
        address, mode, othersAdmitted, idleTimeoutMillis, stallTimeoutMillis, descriptor);
  }

  /** The defaults at {@code address} (null: the default address), for the own uid only. */
  public static ServerOptions at(String address) {
    return new ServerOptions(
        address, -1, false, DEFAULT_IDLE_TIMEOUT_MILLIS, DEFAULT_STALL_TIMEOUT_MILLIS);
  }
}

package dev.secmem.transport.uds.server;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.RequestHandler;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.api.transport.TransportServer;
import dev.secmem.linux.Descriptor;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.transport.uds.address.SocketAddress;
import dev.secmem.transport.uds.address.SocketFile;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server on a Unix stream socket, one thread for each connection. */
public final class UdsServer implements TransportServer {
  private static final long CLOSE_MILLIS = 30_000;

  private final String address;
  private final OwnAddress place;
  private final Listener socket;
  private final Timeouts timeouts;
  private final List<String> warnings;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final InFlight inFlight = new InFlight();
  private final Lingering lingering = new Lingering(this::end);
  private final CountDownLatch done = new CountDownLatch(1);
  // Set once, before closing is.
  private volatile Acceptor acceptor;
  private boolean closed;
  private volatile boolean closing;

  private UdsServer(String address, OwnAddress place, Listener socket, ServerOptions options) {
    this.address = address;
    this.place = place;
    this.socket = socket;
    this.timeouts = new Timeouts(options.idleTimeoutMillis(), options.stallTimeoutMillis());
    String warning = place.warning();
    this.warnings = warning == null ? List.of() : List.of(warning);
  }

  /** Takes the socket's path and listens there, or listens on the socket that was inherited. */
  public static UdsServer listen(ServerOptions options) throws PluginException {
    if (options.inherited() >= 0) {
      InheritedSocket socket = InheritedSocket.of(options.inherited(), options.address());
      return new UdsServer(socket.path(), new OwnAddress(socket.path()), socket, options);
    }
    SocketAddress address;
    try {
      address = SocketAddress.resolve(options.address(), System::getenv, OwnIdentity.uid());
    } catch (IllegalArgumentException e) {
      throw new PluginException(PluginException.Reason.UNAVAILABLE, e.getMessage(), e);
    }
    ListeningSocket socket = new ListeningSocket(mode(options));
    SocketFile file = null;
    boolean done = false;
    try {
      file = SocketFile.claim(address, options.othersAdmitted(), socket::bind);
      OwnAddress place = new OwnAddress(address.path(), file, socket);
      UdsServer server = new UdsServer(address.path(), place, socket, options);
      done = true;
      return server;
    } finally {
      if (!done) {
        if (file != null) {
          file.close();
        }
        socket.close();
      }
    }
  }

  private static int mode(ServerOptions options) {
    if (options.mode() >= 0) {
      return options.mode();
    }
    return options.othersAdmitted() ? 0666 : 0600;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public synchronized void start(RequestHandler handler) {
    Objects.requireNonNull(handler);
    if (acceptor != null || closed) {
      throw new IllegalStateException("a server is started once, and not after close");
    }
    acceptor = new Acceptor(socket, (client, tools) -> serve(client, tools, handler));
    acceptor.start();
  }

  @Override
  public AddressCheck checkAddress(long timeoutMillis) {
    return place.check(timeoutMillis);
  }

  private void serve(int client, ConnectionTools tools, RequestHandler handler) {
    Connection connection = null;
    try {
      connection = new Connection(client, timeouts, inFlight);
    } finally {
      if (connection == null) {
        Descriptor.close(client);
      }
    }
    serve(connection, tools, handler);
  }

  private void serve(Connection connection, ConnectionTools tools, RequestHandler handler) {
    boolean lingers = false;
    try {
      connections.add(connection);
      if (!closing) {
        connection.serve(handler, tools, timeouts);
        lingers = !closing && connection.hasUnreadForLong() && lingering.add(connection);
      }
    } finally {
      if (!lingers) {
        end(connection);
      }
    }
  }

  private void end(Connection connection) {
    connections.remove(connection);
    try {
      connection.end();
    } catch (RuntimeException e) {
      // The session's close: the socket is closed all the same.
      Log.error("a session failed to close", e);
    }
  }

  @Override
  public void close() {
    boolean first;
    synchronized (this) {
      first = !closed;
      closed = true;
      closing = true;
    }
    // Not under the lock: a handler may call this too, and must not wait for who waits for it.
    if (first) {
      try {
        closeOnce();
      } finally {
        done.countDown();
      }
    } else if (acceptor == null || !acceptor.isServing(Thread.currentThread())) {
      awaitOther();
    }
  }

  private void closeOnce() {
    // The name goes first: a new agent finds nobody, rather than a socket that looks dead.
    place.close();
    boolean ended = true;
    if (acceptor != null) {
      acceptor.stop();
      connections.forEach(Connection::shutdown);
      ended = acceptor.awaitThreads(CLOSE_MILLIS);
      lingering.close();
    }
    if (ended) {
      socket.close();
    } else {
      // Its number must not come to mean another file while a thread may still use it.
      Log.warning("a request did not end; its thread is left behind");
    }
  }

  private void awaitOther() {
    try {
      if (!done.await(2 * CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        Log.warning("the server is still being closed by another thread");
      } else if (acceptor != null && !acceptor.awaitThreads(CLOSE_MILLIS)) {
        // Whoever closed it may be a handler, which did not wait for itself.
        Log.warning("a request did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

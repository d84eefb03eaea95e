package dev.secmem.transport.uds.server;

import dev.secmem.api.PluginException;
import dev.secmem.api.transport.AddressCheck;
import dev.secmem.api.transport.AddressCheck.State;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.PeerCredentials;
import dev.secmem.transport.uds.address.SocketFile;
import java.io.IOException;

/**
 * The address of a server: its file, if the server made it, and whether clients who go there come
 * to it.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class OwnAddress implements AutoCloseable {
  /** Times are refreshed this seldom: on a disk it is a write. */
  private static final int CHECKS_A_TOUCH = 12;

  private static final int OWN_PID = (int) ProcessHandle.current().pid();

  private final String path;
  private final SocketFile file;
  private final ListeningSocket socket;
  private int checks;
  private boolean closed;

  /** An address that stays whatever happens to the server. */
  OwnAddress(String path) {
    this(path, null, null);
  }

  /** An address that the server made. */
  OwnAddress(String path, SocketFile file, ListeningSocket socket) {
    this.path = path;
    this.file = file;
    this.socket = socket;
  }

  /** What {@link dev.secmem.api.transport.TransportServer#checkAddress} promises. */
  AddressCheck check(long timeoutMillis) {
    boolean restored = false;
    RoundTrip trip;
    try {
      synchronized (this) {
        if (closed) {
          return new AddressCheck(State.SILENT, "the server is closed");
        }
        if (file != null) {
          AddressCheck place = checkPlace();
          restored = place.state() == State.RESTORED;
          if (!restored && place.state() != State.HELD) {
            return place;
          }
        }
        // Connected under the lock: the path leads through a folder that close closes.
        trip = RoundTrip.to(file == null ? path : file.connectPath(), timeoutMillis);
      }
    } catch (IOException | LinuxException | PluginException e) {
      return silent(e.getMessage());
    }
    try (trip) {
      return judge(trip, restored);
    } catch (LinuxException e) {
      String why =
          e.errno() == Errno.EAGAIN ? "no answer in " + timeoutMillis + " ms" : e.getMessage();
      return silent(why);
    }
  }

  private AddressCheck judge(RoundTrip trip, boolean restored) throws LinuxException {
    PeerCredentials server = trip.server();
    // Of an inherited socket the kernel tells who began to listen, not who serves.
    if (file != null && server.pid() != OWN_PID) {
      return taken(server);
    }
    String reply = trip.hello();
    // An agent that is busy answers; to be without room for one more is no reason to end it.
    if (!reply.startsWith("OK") && !reply.startsWith("ERR busy")) {
      return silent(reply.isEmpty() ? "no answer" : "the answer was not OK");
    }
    return restored
        ? new AddressCheck(State.RESTORED, "the socket " + path + " was gone and is made again")
        : new AddressCheck(State.HELD, "");
  }

  private AddressCheck checkPlace() throws IOException, LinuxException, PluginException {
    switch (file.look()) {
      case FOLDER_GONE:
        return new AddressCheck(State.GONE, "the folder of the socket " + path + " is gone");
      case LOST:
        PeerCredentials other = file.restore(socket::bindAgain);
        return other == null ? new AddressCheck(State.RESTORED, "") : taken(other);
      default:
        if (checks++ % CHECKS_A_TOUCH == 0) {
          file.touch();
        }
        return new AddressCheck(State.HELD, "");
    }
  }

  private AddressCheck taken(PeerCredentials other) {
    return new AddressCheck(
        State.TAKEN, "another agent (pid " + other.pid() + ") answers at " + path);
  }

  private AddressCheck silent(String why) {
    return new AddressCheck(State.SILENT, "the socket " + path + " does not lead here: " + why);
  }

  /** A sentence for the operator, or null. */
  String warning() {
    return file == null ? null : file.diskWarning();
  }

  /** Gives the address back: removes the file if the server made it. */
  @Override
  public synchronized void close() {
    closed = true;
    if (file != null) {
      file.close();
    }
  }
}

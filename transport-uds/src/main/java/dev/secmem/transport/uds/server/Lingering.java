package dev.secmem.transport.uds.server;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections that are over but whose clients have left deliveries unread. Closing such a socket
 * would not take them back: they would go on counting against the agent, and nothing would count
 * against the client, which could connect anew and leave some more. So the connection stays open
 * and its session with it until the client has read them or is gone.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class Lingering {
  private static final long CHECK_MILLIS = 250;

  private final Consumer<Connection> ender;
  // Guarded by this.
  private final List<Connection> waiting = new ArrayList<>();
  private boolean watched;
  private boolean closed;

  /**
   * @param ender ends a connection
   */
  Lingering(Consumer<Connection> ender) {
    this.ender = ender;
  }

  /**
   * Takes a connection over.
   *
   * @return false if the caller has to end it
   */
  synchronized boolean add(Connection connection) {
    if (closed) {
      return false;
    }
    connection.shutdown();
    boolean taken = false;
    try {
      waiting.add(connection);
      if (!watched) {
        Thread watcher = new Thread(this::watch, "secmem-uds-lingering");
        watcher.setDaemon(true);
        watcher.start();
        watched = true;
      }
      taken = true;
    } finally {
      if (!taken) {
        waiting.remove(connection); // the caller ends it, and nobody else
      }
    }
    return true;
  }

  /** Ends all of them. */
  synchronized void close() {
    closed = true;
    notifyAll();
    waiting.forEach(ender);
    waiting.clear();
  }

  private synchronized void watch() {
    while (!waiting.isEmpty()) {
      try {
        wait(CHECK_MILLIS);
      } catch (InterruptedException e) {
        // Nobody who knows this thread interrupts it; the connections still want watching.
        Thread.interrupted();
      }
      try {
        endRead();
      } catch (RuntimeException | Error e) {
        // For want of heap, most likely. They still want watching, by the next look.
      }
    }
    watched = false;
  }

  private void endRead() {
    Iterator<Connection> each = waiting.iterator();
    while (each.hasNext()) {
      Connection connection = each.next();
      if (connection.hasUnread()) {
        continue;
      }
      each.remove(); // first: none is ended twice, whatever the end fails of
      try {
        ender.accept(connection);
      } catch (RuntimeException | Error e) {
        // For want of heap, most likely. The others still want watching.
      }
    }
  }
}

package dev.secmem.transport.uds.server;

import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of a server. Idle ones all wait in accept(2), and the kernel wakes one for each
 * client, which then serves it: a new connection costs neither a new thread nor a hand-over. Before
 * the last idle thread serves, it starts another.
 */
final class Acceptor {
  private static final int NONE = -1;
  private static final int AGAIN = -2;
  private static final long BACK_OFF_MILLIS = 10;
  private static final long LONG_BACK_OFF_MILLIS = 1000;
  private static final long STACK_BYTES = 512 * 1024;

  /** What a thread does with a client's socket, which it consumes. */
  @FunctionalInterface
  interface Service {
    void serve(int socket, ConnectionTools tools);
  }

  private final Listener listener;
  private final Service service;
  private final Refusal refusal = new Refusal();
  private final int maxIdle;
  // Threads that wait in accept or were started to do so.
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  // Guarded by this.
  private int threads;
  private volatile boolean closing;

  Acceptor(Listener listener, Service service) {
    this.listener = listener;
    this.service = service;
    this.maxIdle = maxIdle();
  }

  /** A thread in accept(2) holds a descriptor in reserve, so few of them where few are allowed. */
  private static int maxIdle() {
    try {
      long limit = ResourceLimit.NOFILE.soft();
      return limit == ResourceLimit.INFINITY ? 32 : (int) Math.max(2, Math.min(32, limit / 32));
    } catch (LinuxException e) {
      return 2;
    }
  }

  /** Starts the first thread. */
  void start() {
    idle.incrementAndGet();
    startThread();
  }

  /** Makes every thread leave that waits in accept; those that serve leave when they are done. */
  void stop() {
    closing = true;
    listener.stop();
  }

  /**
   * Waits until all threads but the calling one left.
   *
   * @return whether they did in time
   */
  synchronized boolean awaitThreads(long timeoutMillis) {
    long start = System.nanoTime();
    boolean interrupted = false;
    int own = isServing(Thread.currentThread()) ? 1 : 0;
    while (threads > own) {
      long left = timeoutMillis - (System.nanoTime() - start) / 1_000_000;
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (threads <= own) {
      refusal.close();
      return true;
    }
    return false;
  }

  /** Whether a thread is one of this server's. */
  boolean isServing(Thread thread) {
    return thread instanceof ServingThread && ((ServingThread) thread).isOf(this);
  }

  private void startThread() {
    // Its buffers are allocated here, so that a thread that runs has all that it needs.
    Thread thread = new ServingThread(new ConnectionTools());
    synchronized (this) {
      threads++;
    }
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        ended();
      }
    }
  }

  private synchronized void ended() {
    threads--;
    notifyAll();
  }

  private final class ServingThread extends Thread {
    private final ConnectionTools tools;

    ServingThread(ConnectionTools tools) {
      super(null, null, "secmem-uds-" + numbers.incrementAndGet(), STACK_BYTES, false);
      this.tools = tools;
      setDaemon(true);
    }

    boolean isOf(Acceptor acceptor) {
      return acceptor == Acceptor.this;
    }

    @Override
    public void run() {
      try {
        int socket = accept();
        while (socket >= 0) {
          serve(socket);
          socket = rejoin() ? accept() : NONE;
        }
      } finally {
        ended();
      }
    }

    private void serve(int socket) {
      try {
        service.serve(socket, tools);
      } catch (Throwable e) {
        logQuietly("a connection failed", e);
      }
    }
  }

  /** Counts a thread as idle again, unless enough are. */
  private boolean rejoin() {
    while (true) {
      int count = idle.get();
      if (closing || count >= maxIdle) {
        return false;
      }
      if (idle.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  /** Stops counting a thread as idle, unless it is the only one. */
  private boolean leave() {
    while (true) {
      int count = idle.get();
      if (count <= 1) {
        return false;
      }
      if (idle.compareAndSet(count, count - 1)) {
        return true;
      }
    }
  }

  /** The next client's socket for an idle thread, or {@link #NONE} if the thread is to end. */
  private int accept() {
    while (!closing) {
      try {
        int socket = tryAccept();
        if (socket != AGAIN) {
          return socket;
        }
      } catch (Throwable e) {
        // Whatever it is, a server that no longer accepts would be worse.
        logQuietly("accepting failed", e);
        pause(BACK_OFF_MILLIS);
      }
    }
    return NONE;
  }

  private int tryAccept() {
    int socket;
    try {
      socket = listener.accept();
    } catch (LinuxException e) {
      socket = afterFailure(e);
      if (socket == Listener.NOBODY) {
        return AGAIN;
      }
    }
    if (socket == Listener.NOBODY) {
      return !closing && leave() ? NONE : AGAIN;
    }
    return idle.decrementAndGet() > 0 || replace(socket) ? socket : AGAIN;
  }

  /** Puts a new thread in the place of the last idle one; if it cannot, the client is refused. */
  private boolean replace(int socket) {
    idle.incrementAndGet();
    try {
      startThread();
      return true;
    } catch (Throwable e) {
      // OutOfMemoryError, in a thread's usual sense: it cannot be started.
      refusal.refuse(socket, "the agent cannot start more threads now");
      Log.seldom("a client was refused: no more threads can be started");
      return false;
    }
  }

  /** A client's socket that could be had after all, or {@link Listener#NOBODY}. */
  private int afterFailure(LinuxException e) {
    switch (e.errno()) {
      case Errno.EINTR -> {}
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> {
        return acceptNext();
      }
      default -> {
        if (!closing) {
          Log.warning("accepting failed: " + e.getMessage());
          pause(LONG_BACK_OFF_MILLIS);
        }
      }
    }
    return Listener.NOBODY;
  }

  private int acceptNext() {
    // A delivery on its way out holds a descriptor for microseconds only: one more try first.
    pause(BACK_OFF_MILLIS);
    try {
      return closing ? Listener.NOBODY : refusal.acceptNext(listener);
    } catch (LinuxException e) {
      pause(BACK_OFF_MILLIS);
      return Listener.NOBODY;
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      // Nobody who knows this thread interrupts it; ending it would end the service.
      Thread.interrupted();
    }
  }

  private static void logQuietly(String what, Throwable cause) {
    try {
      Log.error(what, cause);
    } catch (Throwable e) {
      // Out of memory, most likely. Serving on matters more than the log.
      Thread.interrupted();
    }
  }
}

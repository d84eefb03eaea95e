package dev.secmem.app.agent;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import sun.misc.Signal;

/**
 * The signals that end the agent, in the order in which they come. One that was ignored when the
 * process started (nohup) stays ignored.
 */
final class Signals {
  static final int SIGHUP = 1;
  static final int SIGINT = 2;
  static final int SIGTERM = 15;

  private final LinkedBlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();

  Signals() {
    for (String name : List.of("TERM", "INT", "HUP")) {
      Signal.handle(new Signal(name), signal -> arrived.add(signal.getNumber()));
    }
  }

  /** Waits for the next one. */
  int take() {
    while (true) {
      try {
        return arrived.take();
      } catch (InterruptedException e) {
        // Nobody interrupts the main thread; if somebody did, the agent goes on serving.
        Thread.interrupted();
      }
    }
  }

  /** Wakes who waits, as if that signal had come. */
  void raise(int number) {
    arrived.add(number);
  }
}

package dev.secmem.app.agent;

import dev.secmem.linux.SignalState;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The signals that end the agent, and SIGUSR1, which asks for its status, in the order in which
 * they come. One that was ignored when the process started (nohup) stays ignored.
 */
final class Signals {
  static final int SIGHUP = 1;
  static final int SIGINT = 2;
  static final int SIGUSR1 = 10;
  static final int SIGTERM = 15;

  private static final Map<String, Integer> NUMBERS =
      Map.of("HUP", SIGHUP, "INT", SIGINT, "TERM", SIGTERM);

  private final LinkedBlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();

  Signals() {
    NUMBERS.forEach(this::handle);
    // The JVM itself looks after those that it handles by default; this is not one of them.
    if (!isIgnored(SIGUSR1)) {
      handle("USR1", SIGUSR1);
    }
  }

  private static boolean isIgnored(int number) {
    try {
      return (SignalState.ofCaller().ignored() & 1L << (number - 1)) != 0;
    } catch (IOException e) {
      // Without /proc nothing else of the agent works either; it says so in its own words.
      return true;
    }
  }

  /**
   * Sends a signal's arrival to the queue. By reflection, because javac warns of sun.misc.Signal in
   * a way that cannot be turned off for a file; module jdk.unsupported exports it, and no other API
   * tells one signal from another.
   */
  private void handle(String name, int number) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      InvocationHandler onSignal =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              arrived.add(number);
              return null;
            }
            return method.getName().equals("hashCode") ? (Object) number : (Object) false;
          };
      Object handler =
          Proxy.newProxyInstance(
              getClass().getClassLoader(), new Class<?>[] {handlerType}, onSignal);
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java platform cannot handle SIG" + name, e);
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

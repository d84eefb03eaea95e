package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.linux.SignalState;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What some tests need and not every machine has; a test that misses it skips with the reason. */
final class Needs {
  private Needs() {}

  static void root() {
    assumeTrue(Kernel.isRoot(), "needs root");
  }

  /** Root, and setpriv to start programs as another uid. */
  static void otherUids() {
    root();
    program("setpriv");
  }

  /**
   * That the signal was not ignored when the tests were started (nohup): it stays so in children.
   */
  static void signal(int number) {
    assumeTrue(handles(number), "signal " + number + " is ignored here");
  }

  static boolean handles(int signal) {
    try {
      return (SignalState.ofCaller().ignored() & 1L << (signal - 1)) == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void program(String name) {
    assumeTrue(isInPath(name), "needs " + name + " in PATH");
  }

  private static boolean isInPath(String name) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (new File(folder, name).canExecute()) {
        return true;
      }
    }
    return false;
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;

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

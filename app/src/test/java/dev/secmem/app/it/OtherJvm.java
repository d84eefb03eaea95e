package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** JVMs to run an agent with. */
final class OtherJvm {
  private static final String LINE = "JAVA_VERSION=\"";
  private static final int NEW = 22;

  private OtherJvm() {}

  /** The home of the JVM that runs the tests. */
  static String own() {
    return System.getProperty("java.home");
  }

  /** That JVM, and the newest here if it is another version and newer than 21. */
  static List<String> all() {
    String best = best();
    boolean two = isOtherAndNew(best);
    if (!two && Boolean.getBoolean("tck.requireAll") && Runtime.version().feature() < NEW) {
      throw new AssertionError("there is no JVM newer than 21");
    }
    return two ? List.of(own(), best) : List.of(own());
  }

  /** The newest JVM here; the test is skipped if that is the tests' own, or not newer than 21. */
  static String newest() {
    String best = best();
    assumeTrue(
        isOtherAndNew(best),
        () -> "needs another JVM, newer than 21; the newest is " + version(Path.of(best)));
    return best;
  }

  private static boolean isOtherAndNew(String home) {
    int version = version(Path.of(home));
    return version != Runtime.version().feature() && version >= NEW;
  }

  /** From SECMEM_OTHER_JAVA_HOME, or where distributions put them, or the one of the tests. */
  private static String best() {
    String best = System.getenv("SECMEM_OTHER_JAVA_HOME");
    if (best != null) {
      return best;
    }
    best = own();
    File[] homes = new File("/usr/lib/jvm").listFiles();
    for (File home : homes == null ? new File[0] : homes) {
      if (version(home.toPath()) > version(Path.of(best))) {
        best = home.getPath();
      }
    }
    return best;
  }

  private static int version(Path home) {
    Path release = home.resolve("release");
    if (!Files.isReadable(release) || !Files.isExecutable(home.resolve("bin/java"))) {
      return 0;
    }
    for (String line : Programs.lines(release)) {
      if (line.startsWith(LINE)) {
        return Integer.parseInt(line.substring(LINE.length()).split("[^0-9]")[0]);
      }
    }
    return 0;
  }
}

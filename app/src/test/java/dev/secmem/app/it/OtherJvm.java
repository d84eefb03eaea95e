package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** JVMs to run an agent with. */
final class OtherJvm {
  private static final String LINE = "JAVA_VERSION=\"";

  private OtherJvm() {}

  /** The home of the JVM that runs the tests. */
  static String own() {
    return System.getProperty("java.home");
  }

  /**
   * The newest JVM here, from SECMEM_OTHER_JAVA_HOME or where distributions put them; the test is
   * skipped if it is not newer than 21.
   */
  static String newest() {
    String best = System.getenv("SECMEM_OTHER_JAVA_HOME");
    File[] homes = new File("/usr/lib/jvm").listFiles();
    for (File home : homes == null || best != null ? new File[0] : homes) {
      if (version(home.toPath()) > (best == null ? 0 : version(Path.of(best)))) {
        best = home.getPath();
      }
    }
    int version = best == null ? 0 : version(Path.of(best));
    assumeTrue(version > 21, "needs a JVM newer than 21; the newest here is " + version);
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

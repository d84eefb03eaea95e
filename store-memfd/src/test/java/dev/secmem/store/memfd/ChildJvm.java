package dev.secmem.store.memfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, whose limits can be lowered. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs it and expects exit code 0.
   *
   * @param limits a shell command that lowers limits first: {@code ulimit -n 64}
   * @return what it printed
   */
  static String run(String limits, Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", limits + " && exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:CompressedClassSpaceSize=16m", "-XX:ReservedCodeCacheSize=16m"));
    // Or the JVM would raise the descriptor limit again.
    command.addAll(List.of("-XX:-MaxFDLimit", "-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(child.waitFor(2, TimeUnit.MINUTES), "the child hangs");
    assertEquals(0, child.exitValue(), output);
    return output;
  }

  private static String classPath() {
    List<String> path = new ArrayList<>(List.of("target/test-classes"));
    for (String property : new String[] {"jdk.module.path", "java.class.path"}) {
      String value = System.getProperty(property);
      if (value != null && !value.isEmpty()) {
        path.add(value);
      }
    }
    return String.join(File.pathSeparator, path);
  }
}

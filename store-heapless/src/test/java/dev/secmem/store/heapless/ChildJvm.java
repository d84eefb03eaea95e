package dev.secmem.store.heapless;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A main class of the tests in a JVM of its own. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts it.
   *
   * @param shell a command before it, for limits: {@code ulimit -c 0}; {@code true} for none
   */
  static ChildJvm start(String shell, Class<?> main, String... arguments) throws IOException {
    return launch(shell, List.of(), classPath(), main, arguments);
  }

  /** The same as another uid, from a copy of the classes that it can read. */
  static ChildJvm startAs(int uid, Path copies, String shell, Class<?> main, String... arguments)
      throws IOException {
    List<String> copied = new ArrayList<>();
    for (String entry : classPath().split(File.pathSeparator)) {
      Path to = copies.resolve(Integer.toString(copied.size()));
      copyReadable(Path.of(entry), to.resolve(Path.of(entry).getFileName()));
      copied.add(to.resolve(Path.of(entry).getFileName()).toString());
    }
    List<String> user =
        List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--");
    return launch(shell, user, String.join(File.pathSeparator, copied), main, arguments);
  }

  private static ChildJvm launch(
      String shell, List<String> user, String classPath, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", shell + " && exec \"$@\"", "sh"));
    command.addAll(user);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:CompressedClassSpaceSize=16m", "-XX:ReservedCodeCacheSize=16m"));
    command.add("-XX:+ErrorFileToStderr");
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command)
            .directory(new File(System.getProperty("java.io.tmpdir")))
            .redirectErrorStream(true)
            .start());
  }

  /** Runs it to its end, which must be exit code {@code code}; returns what it printed. */
  static String run(int code, String shell, Class<?> main, String... arguments) throws Exception {
    try (ChildJvm child = start(shell, main, arguments)) {
      return child.end(code);
    }
  }

  long pid() {
    return process.pid();
  }

  /** The next line it prints, which must begin with {@code word}; returns the rest. */
  String expect(String word) throws IOException {
    String line = output.readLine();
    assertNotNull(line, "ended before it said " + word);
    assertTrue(line.startsWith(word + " "), line);
    return line.substring(word.length() + 1);
  }

  /** Lets it go on, where it waits for a byte on its standard input. */
  void goOn() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Waits for its end and returns the rest of what it printed. */
  String end(int code) throws Exception {
    StringBuilder rest = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      rest.append(line).append('\n');
    }
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the child hangs");
    assertEquals(code, process.exitValue(), rest.toString());
    return rest.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static void copyReadable(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    to.getParent().toFile().setExecutable(true, false);
    to.getParent().toFile().setReadable(true, false);
    try (Stream<Path> all = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
          target.toFile().setExecutable(true, false);
        } else {
          Files.copy(each, from.equals(each) ? to : target);
          target = from.equals(each) ? to : target;
        }
        target.toFile().setReadable(true, false);
      }
    }
  }

  private static String classPath() {
    List<String> path = new ArrayList<>(List.of(Path.of("target/test-classes").toString()));
    for (String property : new String[] {"jdk.module.path", "java.class.path"}) {
      String value = System.getProperty(property, "");
      for (String entry : value.split(File.pathSeparator)) {
        if (!entry.isEmpty()) {
          path.add(entry);
        }
      }
    }
    return path.stream()
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .distinct()
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElseThrow();
  }
}

package dev.secmem.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a test's class in a JVM of its own: for what ends a process, or changes one for good. The
 * child tells what it found by lines {@code key=value}.
 */
final class ChildJvm {
  private static final long TIMEOUT_SECONDS = 120;

  private final List<String> command = new ArrayList<>();
  private final String classPath;

  private ChildJvm(String classPath) {
    this.classPath = classPath;
  }

  /** A child with the test's own classes. */
  static ChildJvm own() {
    ChildJvm child = new ChildJvm(String.join(File.pathSeparator, entries()));
    child.java();
    return child;
  }

  /**
   * A child of another uid, with nothing but that uid's rights.
   *
   * @param folder the test's own, made readable for everybody, takes copies of the classes
   */
  static ChildJvm ofUid(int uid, Path folder, String... setprivOptions) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : entries()) {
      Path from = Path.of(entry);
      boolean needed = Files.isDirectory(from) || from.getFileName().toString().startsWith("jffi");
      if (needed) {
        copies.add(copy(from, folder.resolve(copies.size() + "-" + from.getFileName())));
      }
    }
    ChildJvm child = new ChildJvm(String.join(File.pathSeparator, copies));
    child.command.addAll(List.of("setpriv", "--reuid", "" + uid, "--regid", "" + uid));
    child.command.addAll(List.of(setprivOptions));
    child.java();
    return child;
  }

  private void java() {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
  }

  /** Adds options for the JVM. */
  ChildJvm with(String... options) {
    command.addAll(List.of(options));
    return this;
  }

  /** Runs the class and demands that it ends well. */
  Map<String, String> run(Class<?> main, String... arguments) throws Exception {
    Result result = result(main, arguments);
    assertEquals(0, result.exitCode, () -> "child: " + result.output);
    return result.values();
  }

  /** Runs the class, however it ends. */
  Result result(Class<?> main, String... arguments) throws Exception {
    List<String> full = new ArrayList<>(command);
    full.addAll(List.of("-cp", classPath, main.getName()));
    full.addAll(List.of(arguments));
    Path output = Files.createTempFile("child-jvm", ".out");
    try {
      Process process =
          new ProcessBuilder(full)
              .directory(new File("/tmp"))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(new File("/dev/null"))
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        fail("child did not end: " + Files.readString(output, StandardCharsets.ISO_8859_1));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    } finally {
      Files.delete(output);
    }
  }

  /** How a child ended. */
  record Result(int exitCode, String output) {
    Map<String, String> values() {
      Map<String, String> values = new TreeMap<>();
      output
          .lines()
          .filter(line -> line.matches("[a-z_]+=.*"))
          .forEach(
              line -> {
                int equals = line.indexOf('=');
                values.put(line.substring(0, equals), line.substring(equals + 1));
              });
      return values;
    }
  }

  /** Tells the parent something, from the child. */
  static void tell(String key, Object value) {
    System.out.println(key + "=" + value);
  }

  private static List<String> entries() {
    List<String> entries = new ArrayList<>();
    entries.add(ownFolder().toString());
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      for (String entry : System.getProperty(property, "").split(File.pathSeparator)) {
        if (!entry.isEmpty() && !entries.contains(entry) && Files.exists(Path.of(entry))) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  /** Where the tests' classes are: a patch of the module is on no path. */
  private static Path ownFolder() {
    try {
      Path file = Path.of(ChildJvm.class.getResource("ChildJvm.class").toURI());
      return file.getParent().getParent().getParent().getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (from.equals(file)) {
          target = to;
        }
        Files.copy(file, target);
        target.toFile().setReadable(true, false);
        if (Files.isDirectory(target)) {
          target.toFile().setExecutable(true, false);
        }
      }
    }
    return to.toString();
  }
}

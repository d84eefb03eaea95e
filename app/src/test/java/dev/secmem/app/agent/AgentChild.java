package dev.secmem.app.agent;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A test's class in a JVM of its own: for limits, and for standard error. */
final class AgentChild implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private AgentChild(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** Starts it; what it writes to standard error is the test's to read, or not. */
  static AgentChild start(Class<?> main, String... arguments) throws IOException {
    return start(List.of(), main, arguments);
  }

  /** The same with more options for its JVM. */
  static AgentChild start(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.add("-XX:-MaxFDLimit"); // else the JVM raises the limit that the test is about
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return new AgentChild(new ProcessBuilder(command).start());
  }

  Process process() {
    return process;
  }

  /** The next line that it says; null at its end. */
  String line() throws IOException {
    return output.readLine();
  }

  /** Everything that it says until its end. */
  List<String> lines() throws IOException {
    return output.lines().toList();
  }

  /** So many lines of its standard error; fewer at its end. */
  List<String> stderrLines(int count) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream stderr = process.getErrorStream();
    int left = count;
    int next;
    while (left > 0 && (next = stderr.read()) >= 0) {
      text.append((char) next);
      left -= next == '\n' ? 1 : 0;
    }
    return text.toString().lines().toList();
  }

  /** Its exit code; kills it if it takes too long. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("child did not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String classPath() {
    List<String> entries = new ArrayList<>();
    entries.add(ownFolder());
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      String value = System.getProperty(property, "");
      if (!value.isEmpty()) {
        entries.add(value);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Where the tests' classes are: a patch of the module is on no path. */
  private static String ownFolder() {
    try {
      Path file = Path.of(AgentChild.class.getResource("AgentChild.class").toURI());
      return file.getParent().getParent().getParent().getParent().getParent().toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

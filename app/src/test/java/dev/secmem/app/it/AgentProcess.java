package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent in a process of its own, started from the distribution. */
final class AgentProcess implements AutoCloseable {
  static final int SIGINT = 2;
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;

  /** Far more than anything takes here; only a failure waits for so long. */
  static final long PATIENCE_SECONDS = 90;

  private final AgentOptions options;
  private final Path folder;
  private final Process process;
  private final String socket;

  AgentProcess(AgentOptions options) {
    this.options = options;
    this.folder = Distribution.temporaryFolder("secmem-it-");
    this.socket = options.socket == null ? folder.resolve("agent.sock").toString() : options.socket;
    try {
      Files.setAttribute(folder, "unix:uid", (int) options.uid);
      process = builder().start();
      if (options.stderr == AgentOptions.Stderr.READER_GONE) {
        process.getErrorStream().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AgentOptions with(String... arguments) {
    return new AgentOptions().arguments(arguments);
  }

  private ProcessBuilder builder() {
    List<String> words = new ArrayList<>();
    boolean other = options.uid != Kernel.uid();
    if (other) {
      String id = Long.toString(options.uid);
      words.addAll(List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups"));
      words.addAll(options.rights);
    }
    String closing = options.stderr == AgentOptions.Stderr.CLOSED ? "exec 2>&-;" : "";
    if (!options.limits.isEmpty() || !closing.isEmpty()) {
      String limits = options.limits.isEmpty() ? "" : options.limits + " || exit 99;";
      words.addAll(List.of("sh", "-c", limits + closing + "exec \"$@\"", "sh"));
    }
    words.addAll(options.wrapper);
    Path home = other ? Distribution.readableHome() : Distribution.home();
    home = options.home == null ? home : options.home;
    words.add(home.resolve("bin/secmem-agent").toString());
    if (options.namesSocket) {
      words.addAll(List.of("--socket", socket));
    }
    words.addAll(options.arguments);
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    Programs.environment(builder, options.environment);
    builder.redirectOutput(folder.resolve("stdout").toFile());
    if (options.stderr == AgentOptions.Stderr.FILE) {
      builder.redirectError(folder.resolve("stderr").toFile());
    }
    return builder;
  }

  /** Waits until the agent answers, as its own uid. */
  void awaitServing() {
    Await.until(
        "the agent listens",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("exit " + process.exitValue() + ": " + stderr());
          }
          return Files.exists(Path.of(socket)) && accepts();
        });
  }

  private boolean accepts() {
    try (RawClient client = connect()) {
      client.ask("HELLO").close();
      return true;
    } catch (RawClient.RefusedException e) {
      return false; // the file is there, and nobody listens yet
    }
  }

  String socket() {
    return socket;
  }

  Path folder() {
    return folder;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** A connection of the agent's own uid. */
  RawClient connect() {
    return options.uid == Kernel.uid() ? new RawClient(socket) : connectAs(options.uid);
  }

  /** A connection of another user, whose group has the same number. */
  RawClient connectAs(long uid) {
    return connectAs(uid, uid);
  }

  RawClient connectAs(long uid, long gid) {
    try {
      return Kernel.as(uid, gid, () -> new RawClient(socket));
    } catch (RawClient.RefusedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  String stderr() {
    try {
      Path file = folder.resolve("stderr");
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Begins to read a standard error that was a blocked pipe, up to the line that holds a text. */
  String readStderrUntil(String text) throws IOException {
    var reader =
        new java.io.BufferedReader(
            new java.io.InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    StringBuilder read = new StringBuilder();
    String line;
    while ((line = reader.readLine()) != null) {
      read.append(line).append('\n');
      if (line.contains(text)) {
        return read.toString();
      }
    }
    throw new AssertionError("the end came before: " + text);
  }

  /** The value of a line of /proc/PID/status. */
  String status(String key) {
    for (String line : Programs.lines(Path.of("/proc/" + pid() + "/status"))) {
      if (line.startsWith(key + ":")) {
        return line.substring(key.length() + 1).strip();
      }
    }
    throw new AssertionError("no " + key);
  }

  void signal(int number) {
    Kernel.kill(pid(), number);
  }

  /** Waits for its end and answers the exit code; 128 + n for signal n. */
  int await() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        String said = stderr();
        throw new AssertionError(
            "the agent did not end; stderr: ..."
                + said.substring(Math.max(0, said.length() - 2000)));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  int stop() {
    signal(SIGTERM);
    return await();
  }

  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Distribution.delete(folder);
    }
  }
}

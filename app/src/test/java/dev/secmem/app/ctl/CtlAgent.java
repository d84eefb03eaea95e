package dev.secmem.app.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent of the distribution, and secmemctl run against it. */
final class CtlAgent implements AutoCloseable {
  static final Path HOME = Path.of(System.getProperty("secmem.distribution"));
  static final Path CTL = HOME.resolve("bin/secmemctl");

  private static final long PATIENCE_SECONDS = 90;

  private final Path folder;
  private final Process agent;

  /** What one command left. */
  record Result(int code, byte[] out, String err) {
    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }
  }

  CtlAgent(Path folder, String... options) throws IOException, InterruptedException {
    this.folder = folder;
    List<String> words = new ArrayList<>();
    words.add(HOME.resolve("bin/secmem-agent").toString());
    words.addAll(List.of("--socket", socket()));
    words.addAll(List.of(options));
    agent = builder(words).redirectErrorStream(true).redirectOutput(log()).start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (run("status").code() != 0) {
      if (!agent.isAlive() || System.nanoTime() > end) {
        agent.destroyForcibly();
        throw new AssertionError("the agent does not serve: " + Files.readString(log().toPath()));
      }
      Thread.sleep(20);
    }
  }

  String socket() {
    return folder.resolve("agent.sock").toString();
  }

  long pid() {
    return agent.pid();
  }

  private java.io.File log() {
    return folder.resolve("agent.log").toFile();
  }

  /** Runs secmemctl with nothing on standard input. */
  Result run(String... arguments) throws IOException, InterruptedException {
    return run(new byte[0], arguments);
  }

  /** Runs secmemctl with a pipe on standard input. */
  Result run(byte[] input, String... arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(CTL.toString()));
    words.addAll(List.of(arguments));
    return runProgram(input, words);
  }

  /** Runs another program with SECMEM_SOCK set. */
  Result runProgram(byte[] input, List<String> words) throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, "err", "");
    Path out = Files.createTempFile(folder, "out", "");
    Process process =
        builder(words).redirectError(err.toFile()).redirectOutput(out.toFile()).start();
    try (var pipe = process.getOutputStream()) {
      pipe.write(input);
    } catch (IOException e) {
      // A command that reads no input may have ended before.
      if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
        throw e;
      }
    }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + words);
    }
    return new Result(process.exitValue(), Files.readAllBytes(out), Files.readString(err));
  }

  /** A program with SECMEM_SOCK set and none of the variables that change its ways. */
  ProcessBuilder builder(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    for (String name :
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "SECMEM_HEAP")) {
      builder.environment().remove(name);
    }
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SECMEM_SOCK", socket());
    return builder;
  }

  @Override
  public void close() {
    agent.destroy();
    try {
      if (!agent.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        agent.destroyForcibly();
        throw new AssertionError("the agent does not end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

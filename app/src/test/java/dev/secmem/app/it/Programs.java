package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
final class Programs {
  private static final List<String> UNSET =
      List.of("SECMEM_SOCK", "XDG_RUNTIME_DIR", "JAVA_TOOL_OPTIONS", "CLASSPATH", "SECMEM_HEAP");

  private Programs() {}

  /** What a program left. */
  record Result(int code, byte[] out, String err) {
    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }
  }

  /** Gives a child this JVM's JAVA_HOME, none of the variables that secmem reads, and these. */
  static void environment(ProcessBuilder builder, Map<String, String> more) {
    Map<String, String> environment = builder.environment();
    UNSET.forEach(environment::remove);
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    more.forEach(
        (name, value) -> {
          if (value == null) {
            environment.remove(name);
          } else {
            environment.put(name, value);
          }
        });
  }

  static Result run(String... words) {
    return run(Map.of(), "", words);
  }

  /** Runs a program with that input; a variable whose value is null is not set. */
  static Result run(Map<String, String> environment, String input, String... words) {
    Path folder = Distribution.temporaryFolder("secmem-it-run-");
    try {
      Path in = Files.writeString(folder.resolve("in"), input);
      ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(words)));
      environment(builder, environment);
      builder.redirectInput(in.toFile());
      builder.redirectOutput(folder.resolve("out").toFile());
      builder.redirectError(folder.resolve("err").toFile());
      Process process = builder.start();
      if (!process.waitFor(AgentProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "did not end: " + List.of(words) + ": " + Files.readString(folder.resolve("err")));
      }
      return new Result(
          process.exitValue(),
          Files.readAllBytes(folder.resolve("out")),
          Files.readString(folder.resolve("err")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      Distribution.delete(folder);
    }
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

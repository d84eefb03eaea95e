package dev.secmem.app.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program of {@code ask.c}, compiled once, and copies of it, run as any uid. */
final class NativeClient implements AutoCloseable {
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  NativeClient() {
    Needs.program("cc");
    try {
      folder = Distribution.temporaryFolder("secmem-it-ask-").toRealPath();
      Path source = folder.resolve("ask.c");
      try (InputStream in = NativeClient.class.getResourceAsStream("ask.c")) {
        Files.copy(in, source);
      }
      Programs.Result compiled =
          Programs.run("cc", "-Wall", "-Wextra", "-Werror", "-o", path("ask"), source.toString());
      if (compiled.code() != 0) {
        throw new AssertionError(compiled.err());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program, or a copy of it by name. */
  String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Makes a copy of the program, or puts a new one in the place of what has that name. */
  String copy(String name) {
    return copy(name, "rwxr-xr-x");
  }

  private String copy(String name, String mode) {
    try {
      Path next = Files.copy(folder.resolve("ask"), folder.resolve(name + ".next"));
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(mode));
      Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      return path(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a copy that runs as root whoever starts it. */
  String setUidCopy(String name) {
    String copy = copy(name);
    if (Programs.run("chmod", "4755", copy).code() != 0) {
      throw new AssertionError("chmod failed");
    }
    return copy;
  }

  /** Starts a program as a uid, with the group of that number. */
  Running start(long uid, String... words) {
    String id = Long.toString(uid);
    List<String> all = new ArrayList<>();
    if (uid != Kernel.uid()) {
      all.addAll(List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups"));
    }
    all.addAll(List.of(words));
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      processes.add(process);
      return new Running(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a program as a uid and answers the first word of its first reply, {@code ok} for OK. */
  String code(long uid, String... words) {
    return start(uid, words).code();
  }

  /** A program that prints replies. */
  static final class Running {
    private final Process process;
    private final BufferedReader output;

    Running(Process process) {
      this.process = process;
      this.output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    long pid() {
      return process.pid();
    }

    /** The next reply's code. */
    String code() {
      try {
        String line = output.readLine();
        if (line == null) {
          throw new AssertionError("no reply");
        }
        return line.startsWith("OK") ? "ok" : line.split(" ")[1];
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Lets it go on. */
    void goOn() {
      try {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroyForcibly();
      try {
        if (!process.waitFor(AgentProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("a client does not end");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    Distribution.delete(folder);
  }
}

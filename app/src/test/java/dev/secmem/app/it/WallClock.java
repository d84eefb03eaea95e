package dev.secmem.app.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A wall clock that a test steps under one running agent, and under nobody else of the machine: by
 * a library that is loaded into it ({@code clock.c}).
 */
final class WallClock implements AutoCloseable {
  private final Path folder;

  WallClock() {
    Needs.program("cc");
    try {
      folder = Distribution.temporaryFolder("secmem-it-clock-").toRealPath();
      step(0);
      Path source = folder.resolve("clock.c");
      try (InputStream in = WallClock.class.getResourceAsStream("clock.c")) {
        Files.copy(in, source);
      }
      Programs.Result compiled =
          Programs.run(
              "cc",
              "-Wall",
              "-Wextra",
              "-Werror",
              "-shared",
              "-fPIC",
              "-o",
              library(),
              source.toString(),
              "-ldl");
      if (compiled.code() != 0) {
        throw new AssertionError(compiled.err());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String library() {
    return folder.resolve("clock.so").toString();
  }

  private Path seconds() {
    return folder.resolve("seconds");
  }

  /** The same options, for an agent that has this clock. */
  AgentOptions in(AgentOptions options) {
    return options
        .environment("LD_PRELOAD", library())
        .environment("SECMEM_TEST_CLOCK", seconds().toString());
  }

  /** Sets it so many seconds ahead of the machine's. */
  void step(long seconds) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, seconds);
    try {
      // In place: the agent has the file mapped.
      Files.write(
          seconds(),
          bytes.array(),
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Distribution.delete(folder);
  }
}

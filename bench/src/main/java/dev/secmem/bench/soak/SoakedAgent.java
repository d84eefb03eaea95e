package dev.secmem.bench.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The agent, with its whole audit read and thrown away, and what else it says kept in agent.log.
 */
final class SoakedAgent implements AutoCloseable {
  /** Guests of the agent, where it is root. */
  static final long[] UIDS = {7101, 7102, 7103};

  private static final long PATIENCE_SECONDS = 60;

  private final Path folder;
  private final Process process;

  SoakedAgent(SoakOptions options) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("secmem-soak-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> words = new ArrayList<>();
    words.add(options.distribution().resolve("bin/secmem-agent").toString());
    words.addAll(List.of("--socket", socket()));
    if (ThreadIdentity.isRoot()) {
      for (long uid : UIDS) {
        words.addAll(List.of("--allow-uid", Long.toString(uid)));
      }
    }
    process = new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    Thread reader = new Thread(() -> keepLog(options.report().resolve("agent.log")));
    reader.setDaemon(true);
    reader.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(Path.of(socket()))) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IOException("the agent does not serve: see agent.log in the report");
      }
      Thread.sleep(20);
    }
  }

  private void keepLog(Path file) {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        PrintWriter log = new PrintWriter(Files.newBufferedWriter(file), true)) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (!line.startsWith("{")) {
          log.println(line);
        }
      }
    } catch (IOException e) {
      System.err.println("soak: the agent's log: " + e.getMessage());
    }
  }

  String socket() {
    return folder.resolve("agent.sock").toString();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops it; true if it ended as it should. */
  boolean stop() throws InterruptedException {
    boolean lived = process.isAlive();
    process.toHandle().destroy(); // and its streams stay open: the last words are kept
    return lived && process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(Path.of(socket()));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      System.err.println("soak: left behind: " + folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Makes the kernel fail a system call of one thread of an agent, by strace: the program under test
 * is the real one, and its other threads are left alone. Closing it ends the faults.
 */
final class FaultInjection implements AutoCloseable {
  private static final String RECVMSG =
      System.getProperty("os.arch").equals("aarch64") ? "212 " : "47 ";

  private final Path folder = Distribution.temporaryFolder("secmem-it-fault-");
  private final Path trace = folder.resolve("trace");
  private final Process strace;
  private final long agent;
  private final long thread;

  /**
   * Begins.
   *
   * @param thread one of the agent's, see {@link #serving}
   * @param call the system call's name
   * @param fault {@code error=ENOMEM}, {@code error=ENOMEM:when=1}; strace(1), "Tampering"
   */
  FaultInjection(long agent, long thread, String call, String fault) {
    this.agent = agent;
    this.thread = thread;
    try {
      strace =
          new ProcessBuilder(
                  "strace",
                  "-qq",
                  "-o",
                  trace.toString(),
                  "-e",
                  "trace=" + call,
                  "-e",
                  "inject=" + call + ":" + fault,
                  "-p",
                  Long.toString(thread))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("said").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until(
        "strace traces",
        () -> {
          if (!strace.isAlive()) {
            throw new AssertionError(Programs.lines(folder.resolve("said")).toString());
          }
          return isTraced();
        });
  }

  /** Root, and a strace that can do it. */
  static void assumeAvailable() {
    Needs.root();
    Needs.program("strace");
    String[] attempt = {
      "strace", "-qq", "-e", "trace=getppid", "-e", "inject=getppid:error=ENOMEM", "true"
    };
    assumeTrue(
        Programs.run(attempt).code() == 0, "needs a strace that injects faults, and may trace");
  }

  /** Those of an agent's threads that wait for a client's next line. */
  static Set<Long> serving(long agent) {
    Set<Long> threads = new TreeSet<>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + agent + "/task"))) {
      for (Path task : tasks) {
        try {
          if (Files.readString(task.resolve("syscall")).startsWith(RECVMSG)) {
            threads.add(Long.valueOf(task.getFileName().toString()));
          }
        } catch (IOException e) {
          continue; // ended between the look at the folder and at the file
        }
      }
      return threads;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isTraced() {
    for (String line : Programs.lines(Path.of("/proc/" + agent + "/task/" + thread + "/status"))) {
      if (line.startsWith("TracerPid:")) {
        return !line.endsWith("\t0");
      }
    }
    throw new AssertionError("no TracerPid");
  }

  /** Ends the faults, and answers how many there were. */
  long end() {
    close();
    long count = Programs.lines(trace).stream().filter(line -> line.contains("(INJECTED)")).count();
    Distribution.delete(folder);
    return count;
  }

  @Override
  public void close() {
    strace.destroy();
    try {
      if (!strace.waitFor(30, TimeUnit.SECONDS)) {
        strace.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

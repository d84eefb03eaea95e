package dev.secmem.app.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    this(agent, thread, call, fault, false);
  }

  private FaultInjection(long agent, long thread, String call, String fault, boolean all) {
    this.agent = agent;
    this.thread = thread;
    List<String> words = new ArrayList<>(List.of("strace", "-qq", "-o", trace.toString()));
    words.addAll(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":" + fault));
    words.addAll(List.of("-p", Long.toString(thread)));
    if (all) {
      words.add("-f");
    }
    try {
      strace =
          new ProcessBuilder(words)
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
          return all ? areTraced() : isTraced(thread);
        });
  }

  /** The same for all threads of the agent; each counts for itself. */
  static FaultInjection everywhere(AgentProcess agent, String call, String fault) {
    return new FaultInjection(agent.pid(), agent.pid(), call, fault, true);
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

  /** The same, once there are as many as connections. */
  static Set<Long> serving(AgentProcess agent, int count) {
    Set<Long> threads = new TreeSet<>();
    Await.until(
        count + " connections are served",
        () -> {
          threads.clear();
          threads.addAll(serving(agent.pid()));
          return threads.size() == count;
        });
    return threads;
  }

  /**
   * The thread that serves who connected since.
   *
   * @param others what {@link #serving} was before
   */
  static long servingNow(AgentProcess agent, Set<Long> others) {
    Set<Long> all = serving(agent, others.size() + 1);
    all.removeAll(others);
    return all.iterator().next();
  }

  /** The one thread of that name; comm(5) keeps 15 characters. */
  static long named(long agent, String name) {
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + agent + "/task"))) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).strip().equals(name)) {
          return Long.parseLong(task.getFileName().toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no thread " + name);
  }

  /** strace takes them one after the other, and sees those that begin later. */
  private boolean areTraced() {
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + agent + "/task"))) {
      for (Path task : tasks) {
        if (!isTraced(Long.parseLong(task.getFileName().toString()))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UncheckedIOException e) {
      return false; // one ended meanwhile: look again
    }
  }

  private boolean isTraced(long one) {
    for (String line : Programs.lines(Path.of("/proc/" + agent + "/task/" + one + "/status"))) {
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

package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an agent has of the kernel, seen by root: descriptors, threads, mappings. */
final class ProcessFootprint {
  /** What the JVM may add by itself: its compilers, its heap's and its libraries' parts. */
  private static final int JVM_THREADS = 4;

  private static final int JVM_MAPPINGS = 150;

  /** A thread that serves stays for a while, for the next client; the transport keeps so many. */
  private static final int IDLE_THREADS = 32;

  private final long pid;
  private final OpenDescriptors descriptors;
  private final List<String> threads;
  private final int mappings;
  private final int memfds;

  /** Remembers what there is now. */
  ProcessFootprint(long pid) {
    this.pid = pid;
    this.descriptors = new OpenDescriptors(pid);
    this.threads = threads(pid);
    this.mappings = mappings(pid);
    this.memfds = memfds(pid);
  }

  /** Waits until there is no more than at first, but for what the JVM and idle threads take. */
  void expectNoMore() {
    descriptors.expectNoMore();
    int others = (int) threads.stream().filter(name -> !isServing(name)).count();
    Await.until("no more threads run: " + threads(pid), () -> areFew(threads(pid), others));
    int more = Math.max(0, threads(pid).size() - threads.size());
    // Each thread has a stack, its guard, and perhaps an arena.
    int most = mappings + JVM_MAPPINGS + 4 * more;
    Await.until(
        "no more is mapped: " + mappings(pid) + ", was " + mappings, () -> mappings(pid) <= most);
    expectNoMoreMemfds();
  }

  /** Those of memfd_create(2) and memfd_secret(2): the store keeps one in reserve, the JVM none. */
  void expectNoMoreMemfds() {
    Await.until(
        "no more memfds are mapped: " + memfds(pid) + ", were " + memfds,
        () -> memfds(pid) <= memfds + 1);
  }

  private static int memfds(long pid) {
    return (int)
        Programs.lines(Path.of("/proc/" + pid + "/maps")).stream()
            .filter(line -> line.contains("/memfd:") || line.contains("/secretmem"))
            .count();
  }

  private static boolean areFew(List<String> now, int others) {
    long serving = now.stream().filter(ProcessFootprint::isServing).count();
    return serving <= IDLE_THREADS + 2 && now.size() - serving <= others + JVM_THREADS;
  }

  private static boolean isServing(String name) {
    return name.startsWith("secmem-uds");
  }

  private static List<String> threads(long pid) {
    List<String> names = new ArrayList<>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        try {
          names.add(Files.readString(task.resolve("comm")).strip());
        } catch (IOException e) {
          continue; // ended between the look at the folder and at the name
        }
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int mappings(long pid) {
    return Programs.lines(Path.of("/proc/" + pid + "/maps")).size();
  }

  @Override
  public String toString() {
    return threads.size() + " threads, " + mappings + " mappings, " + descriptors.count() + " fds";
  }
}

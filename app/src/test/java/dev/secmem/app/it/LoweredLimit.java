package dev.secmem.app.it;

import java.nio.file.Path;
import java.util.Set;

/** Lowers a limit of a running agent (prlimit(1)); closing it sets the earlier one again. */
final class LoweredLimit implements AutoCloseable {
  private final long pid;
  private final String name;
  private final String before;
  private String now;

  /**
   * Begins.
   *
   * @param name as prlimit(1) has it
   */
  LoweredLimit(long pid, String name, long limit) {
    this.pid = pid;
    this.name = name;
    this.before = soft(pid, name);
    set(Long.toString(limit));
  }

  /**
   * Takes the right to open descriptors, as in a crowded process.
   *
   * @param most how many it may still open, about: a thread that waits for a client has reserved
   *     one that nobody sees
   */
  static LoweredLimit descriptors(long pid, int most) {
    Set<Integer> open = OpenDescriptors.list(pid).keySet();
    Await.sleep(20);
    open.retainAll(OpenDescriptors.list(pid).keySet()); // without what was open for a moment
    int limit = 0;
    int free = 0;
    while (open.contains(limit) || free++ < most) {
      limit++;
    }
    return new LoweredLimit(pid, "nofile", limit);
  }

  private static String soft(long pid, String name) {
    String line = name.equals("nofile") ? "Max open files" : "Max file size";
    return Programs.lines(Path.of("/proc/" + pid + "/limits")).stream()
        .filter(each -> each.startsWith(line))
        .findFirst()
        .orElseThrow()
        .split(" {2,}")[1];
  }

  private void set(String limit) {
    Programs.Result result =
        Programs.run("prlimit", "--pid", Long.toString(pid), "--" + name + "=" + limit + ":");
    if (result.code() != 0) {
      throw new AssertionError(result.err());
    }
    now = limit;
    expectInForce();
  }

  /** Demands that nobody has set another one since. */
  void expectInForce() {
    if (!soft(pid, name).equals(now)) {
      throw new AssertionError(name + " is " + soft(pid, name) + ", not " + now);
    }
  }

  @Override
  public void close() {
    set(before);
  }
}

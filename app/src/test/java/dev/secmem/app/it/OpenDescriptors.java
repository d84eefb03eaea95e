package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a process has open, seen by root. Compared is all but the memfds that are mapped: the store
 * keeps those while it needs them, and one in reserve; {@link ProcessFootprint} counts them.
 */
final class OpenDescriptors {
  private final long pid;
  private final Map<Integer, String> before;

  /** Remembers what is open now. */
  OpenDescriptors(long pid) {
    this.pid = pid;
    this.before = unmapped(pid);
  }

  /**
   * Waits until no more is open than at first: a connection that ended is closed a little later.
   */
  void expectNoMore() {
    try {
      Await.until("no more descriptors are open", () -> unmapped(pid).size() <= before.size());
    } catch (AssertionError e) {
      Map<Integer, String> more = unmapped(pid);
      more.keySet().removeAll(before.keySet());
      throw new AssertionError("left open: " + more, e);
    }
  }

  /** How many were open at first. */
  int count() {
    return before.size();
  }

  private static Map<Integer, String> unmapped(long pid) {
    Map<Integer, String> open = list(pid);
    // The fifth word is the inode; proc_pid_maps(5).
    Set<String> mapped =
        Programs.lines(Path.of("/proc/" + pid + "/maps")).stream()
            .filter(line -> line.contains("/memfd:"))
            .map(line -> line.split(" +")[4])
            .collect(Collectors.toSet());
    open.keySet().removeIf(descriptor -> mapped.contains(inode(pid, descriptor)));
    return open;
  }

  private static String inode(long pid, int descriptor) {
    try {
      return Files.getAttribute(Path.of("/proc/" + pid + "/fd/" + descriptor), "unix:ino")
          .toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }

  /** All of them, and what each leads to. */
  static Map<Integer, String> list(long pid) {
    Map<Integer, String> open = new TreeMap<>();
    try (var entries = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path entry : entries) {
        String target;
        try {
          target = Files.readSymbolicLink(entry).toString();
        } catch (IOException e) {
          continue; // closed between the look at the folder and at the link
        }
        open.put(Integer.valueOf(entry.getFileName().toString()), target);
      }
      return open;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a process has open, seen by root. */
final class OpenDescriptors {
  private final long pid;
  private final Map<Integer, String> before;

  /** Remembers what is open now. */
  OpenDescriptors(long pid) {
    this.pid = pid;
    this.before = list(pid);
  }

  /**
   * Waits until no more is open than at first: a connection that ended is closed a little later.
   */
  void expectNoMore() {
    try {
      Await.until("no more descriptors are open", () -> list(pid).size() <= before.size());
    } catch (AssertionError e) {
      Map<Integer, String> more = list(pid);
      more.keySet().removeAll(before.keySet());
      throw new AssertionError("left open: " + more, e);
    }
  }

  /** How many were open at first. */
  int count() {
    return before.size();
  }

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

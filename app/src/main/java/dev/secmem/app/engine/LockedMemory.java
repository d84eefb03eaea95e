package dev.secmem.app.engine;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.ResourceLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process has locked, and may lock (proc_pid_status(5), getrlimit(2)). */
final class LockedMemory {
  private LockedMemory() {}

  /** VmLck, in bytes; -1 if it cannot be read. */
  static long usedBytes() {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("VmLck:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /** RLIMIT_MEMLOCK, in bytes; -1 for no limit or if it cannot be read. */
  static long allowedBytes() {
    try {
      return ResourceLimit.MEMLOCK.soft();
    } catch (LinuxException e) {
      return -1;
    }
  }
}

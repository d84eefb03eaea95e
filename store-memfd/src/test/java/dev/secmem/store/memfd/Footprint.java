package dev.secmem.store.memfd;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds of the system: descriptors of memfds, and mappings of ours. */
record Footprint(int descriptors, long mappings) {
  static Footprint now() throws IOException {
    int descriptors = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        descriptors += isMemfd(each) ? 1 : 0;
      }
    }
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return new Footprint(
          descriptors, lines.filter(line -> line.contains("memfd:secmem")).count());
    }
  }

  private static boolean isMemfd(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("memfd");
    } catch (IOException e) {
      return false; // Closed meanwhile: the descriptor that read the folder, for one.
    }
  }
}

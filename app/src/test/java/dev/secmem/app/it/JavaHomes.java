package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The JDK of the tests, and one of version 25 where it is installed beside it. */
final class JavaHomes {
  private JavaHomes() {}

  static List<String> all() {
    List<String> homes = new ArrayList<>(List.of(System.getProperty("java.home")));
    if (Runtime.version().feature() != 25) {
      try (Stream<Path> beside =
          Files.list(Path.of(System.getProperty("java.home")).toRealPath().getParent())) {
        beside
            .filter(JavaHomes::isTwentyFive)
            .map(Path::toString)
            .findFirst()
            .ifPresent(homes::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return homes;
  }

  private static boolean isTwentyFive(Path home) {
    Path release = home.resolve("release");
    return Files.isRegularFile(release)
        && Programs.lines(release).stream().anyMatch(line -> line.startsWith("JAVA_VERSION=\"25"));
  }
}

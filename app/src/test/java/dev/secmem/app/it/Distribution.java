package dev.secmem.app.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The built programs, and a copy of them that every uid can read. */
final class Distribution {
  private static Path readable;

  private Distribution() {}

  static Path home() {
    return Path.of(System.getProperty("secmem.distribution"));
  }

  static String agent() {
    return home().resolve("bin/secmem-agent").toString();
  }

  static String ctl() {
    return home().resolve("bin/secmemctl").toString();
  }

  /** The copy: the build's own folder may lie where other uids cannot come. */
  static synchronized Path readableHome() {
    if (readable == null) {
      Path folder = temporaryFolder("secmem-it-dist-");
      copy(home(), folder.resolve("secmem"));
      readable = folder.resolve("secmem");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    }
    return readable;
  }

  /** A new folder of mode 0755. */
  static Path temporaryFolder(String prefix) {
    try {
      Path folder = Files.createTempDirectory(prefix);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void copy(Path from, Path to) {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copied = to.resolve(from.relativize(file).toString());
        Files.copy(file, copied);
        boolean runs = Files.isDirectory(file) || Files.isExecutable(file);
        Files.setPosixFilePermissions(
            copied, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file); // a program that ends may be quicker
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.secmem.app.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files in which the kernel tells of itself. Tests give others than /proc and /sys.
 *
 * @param proc proc(5)
 * @param sys sysfs(5)
 */
public record Machine(Path proc, Path sys) {
  /** This machine. */
  public static final Machine HERE = new Machine(Path.of("/proc"), Path.of("/sys"));

  /** A file's text without blanks at its ends; empty if it is not there or may not be read. */
  static Optional<String> text(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A file's lines; none if it is not there or may not be read. */
  static List<String> lines(Path file) {
    return text(file).map(text -> text.lines().toList()).orElse(List.of());
  }
}

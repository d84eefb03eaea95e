package dev.secmem.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The documents of the project, for tests that compare them with the code. */
public final class Documents {
  /** The checkout. */
  public static final Path ROOT = Path.of("..");

  private Documents() {}

  /** README, SECURITY, CHANGELOG and docs/, by their paths. */
  public static List<String> all() {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      List<String> all =
          files
              .map(file -> "docs/" + file.getFileName())
              .filter(file -> file.endsWith(".md"))
              .collect(Collectors.toList());
      all.addAll(List.of("README.md", "SECURITY.md", "CHANGELOG.md"));
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands beneath a heading of two hashes, up to the next. */
  public static String section(String file, String heading) {
    String text = text(file);
    int from = text.indexOf("\n## " + heading + "\n");
    if (from < 0) {
      throw new AssertionError(file + " has no section " + heading);
    }
    int to = text.indexOf("\n## ", from + 1);
    return text.substring(from, to < 0 ? text.length() : to);
  }

  /** The items of a list, lines that go on included. */
  public static List<String> items(String section) {
    List<String> items = new ArrayList<>();
    for (String part : section.split("\n(?=- )")) {
      if (part.startsWith("- ")) {
        items.add(part.split("\n\n")[0]);
      }
    }
    return items;
  }

  /** What a pattern's first group finds in a text. */
  public static Set<String> find(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    Set<String> found = new TreeSet<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** The rows of all tables whose first cell begins with a code span; each as its cells. */
  public static List<List<String>> rows(String text) {
    List<List<String>> rows = new ArrayList<>();
    for (String line : text.split("\n")) {
      if (line.startsWith("| `")) {
        String[] cells = line.split("(?<!\\\\)\\|", -1);
        List<String> row = new ArrayList<>();
        for (int i = 1; i < cells.length - 1; i++) {
          row.add(cells[i].strip().replace("\\|", "|"));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}

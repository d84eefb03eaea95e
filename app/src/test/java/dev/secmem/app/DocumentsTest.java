package dev.secmem.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say of tests is true of the sources. */
final class DocumentsTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void eachClaimOfTheThreatModelHasARowInTesting() throws IOException {
    Set<String> claims = find("docs/THREAT-MODEL.md", "\\| (TM-\\d\\d) \\|");
    assertTrue(claims.size() >= 20, "claims found: " + claims);
    assertEquals(claims, find("docs/TESTING.md", "\\| (TM-\\d\\d) \\|"));
  }

  @Test
  void eachTestNamedInTestingExists() throws IOException {
    Set<String> named = find("docs/TESTING.md", "`(\\w+(?:Test|IT|SelfTest))`");
    assertTrue(named.size() >= 20, "tests found: " + named);
    Set<String> existing;
    try (Stream<Path> files = Files.walk(ROOT)) {
      existing =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".java"))
              .map(file -> file.substring(0, file.length() - ".java".length()))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    named.removeAll(existing);
    assertEquals(Set.of(), named, "named in docs/TESTING.md, but not in the sources");
  }

  private static Set<String> find(String file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(ROOT.resolve(file)));
    Set<String> found = new TreeSet<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}

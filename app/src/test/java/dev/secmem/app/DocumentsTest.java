package dev.secmem.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say of claims, risks and tests is true of each other and of the sources. */
final class DocumentsTest {
  private static final String MODEL = "docs/THREAT-MODEL.md";
  private static final String TESTING = "docs/TESTING.md";
  private static final String CLAIM = "(TM-\\d\\d)";
  private static final String CLAIM_ROW = "\\| " + CLAIM + " \\|";
  private static final String RISK = "\\b(R\\d{1,2})\\b";
  private static final String RISK_ITEM = "\n- \\*\\*(R\\d{1,2})\\*\\* ";

  /** {@code `ReadTest` untilADelimiter, anEarlyEnd; `OtherTest`}. */
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`((?:,? [a-z]\\w+)*)");

  /** What makes a class one that runs tests, itself or through what it extends. */
  private static final Pattern RUNS_TESTS =
      Pattern.compile("@(Test|ParameterizedTest|Property)\\b|extends \\w+Contract\\b");

  @Test
  void eachClaimOfTheThreatModelHasARowInTesting() {
    Set<String> claims = Documents.find(Documents.text(MODEL), CLAIM_ROW);
    assertTrue(claims.size() >= 20, "claims found: " + claims);
    assertEquals(claims, Documents.find(Documents.text(TESTING), CLAIM_ROW));
    for (String file : Documents.all()) {
      Set<String> named = Documents.find(Documents.text(file), CLAIM);
      named.removeAll(claims);
      assertEquals(Set.of(), named, "named in " + file + ", but no claim");
    }
  }

  @Test
  void eachRiskThatIsNamedIsDescribedAndTheOtherWayRound() {
    String model = Documents.text(MODEL);
    Set<String> risks = Documents.find(model, RISK_ITEM);
    assertTrue(risks.size() >= 15, "risks found: " + risks);
    Set<String> named = new TreeSet<>();
    for (String file : Documents.all()) {
      named.addAll(Documents.find(Documents.text(file).replaceAll(RISK_ITEM, "\n- "), RISK));
    }
    assertEquals(risks, named, "described, and named elsewhere");
  }

  @Test
  void eachGuaranteeOfReadmeIsAClaimAndEachLimitARisk() {
    List<String> guarantees = Documents.items(Documents.section("README.md", "What is guaranteed"));
    assertTrue(guarantees.size() >= 8, guarantees.toString());
    for (String guarantee : guarantees) {
      assertFalse(Documents.find(guarantee, CLAIM).isEmpty(), "no claim: " + guarantee);
    }
    List<String> limits = Documents.items(Documents.section("README.md", "What is not"));
    assertTrue(limits.size() >= 5, limits.toString());
    for (String limit : limits) {
      assertFalse(Documents.find(limit, RISK).isEmpty(), "no risk: " + limit);
    }
  }

  /** And each other section of README says in TESTING.md what holds it. */
  @Test
  void eachSectionOfReadmeHasItsTests() {
    Set<String> sections = Documents.find(Documents.text("README.md"), "\n## ([^\n]+)\n");
    sections.remove("License");
    String table = Documents.section(TESTING, "README, section by section");
    assertEquals(sections, Documents.find(table, "\n\\| (?!README \\|)([A-Z][^|`]+?) \\| "));
  }

  @Test
  void eachTestNamedInTestingExists() throws IOException {
    Map<String, String> sources = sources();
    Matcher named = TEST.matcher(Documents.text(TESTING));
    int tests = 0;
    List<String> missing = new ArrayList<>();
    while (named.find()) {
      String source = sources.get(named.group(1) + ".java");
      if (source == null || !RUNS_TESTS.matcher(source).find()) {
        missing.add(named.group(1));
        continue;
      }
      tests++;
      for (String method : named.group(2).split("[ ,]+")) {
        boolean isMethod = method.isEmpty() || !method.matches(".*[a-z][A-Z].*");
        if (!isMethod && !source.contains("void " + method + "(")) {
          missing.add(named.group(1) + "." + method);
        }
      }
    }
    assertTrue(tests >= 100, "tests found: " + tests);
    assertEquals(List.of(), missing, "named in docs/TESTING.md, but no test");
  }

  @Test
  void eachClaimHasATestOrSaysThatItIsNotInTheBuild() {
    for (String line : Documents.text(TESTING).split("\n")) {
      if (line.startsWith("| TM-")) {
        String last = line.substring(line.lastIndexOf('|', line.length() - 2));
        assertTrue(TEST.matcher(last).find() || last.contains("not in the build"), line);
      }
    }
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Documents.ROOT)) {
      List<Path> java =
          files
              .filter(file -> file.toString().matches(".*/src/(test|main)/java/.*\\.java"))
              .toList();
      for (Path file : java) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return sources;
  }

  @Test
  void eachLinkLeadsSomewhere() {
    int links = 0;
    for (String file : Documents.all()) {
      for (String link : Documents.find(Documents.text(file), "]\\(([^)#:]+)(?:#[^)]*)?\\)")) {
        Path target = Documents.ROOT.resolve(file).resolveSibling(link);
        assertTrue(Files.exists(target), file + " links to " + link);
        links++;
      }
    }
    assertTrue(links > 10, links + " links");
  }

  @Test
  void theErrorCodesAreThoseOfTheProtocol() {
    Set<String> codes =
        Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).collect(Collectors.toSet());
    Set<String> documented = new TreeSet<>();
    for (List<String> row : Documents.rows(Documents.section("docs/PROTOCOL.md", "Errors"))) {
      documented.addAll(Documents.find(row.get(0), "`([a-z-]+)`"));
    }
    assertEquals(new TreeSet<>(codes), documented);
  }
}

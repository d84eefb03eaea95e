package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What the kit asserts about itself. */
final class KitAssert {
  private static final Pattern RULE_ID = Pattern.compile("\\[([A-Z]{2}-[0-9]{2})]");

  private KitAssert() {}

  /** Every rule id in an interface's source has a test in the contract, and the other way round. */
  static void assertRulesMatch(Class<?> contract, Class<?>... spi) throws IOException {
    Set<String> written = new TreeSet<>();
    for (Class<?> type : spi) {
      Path source = Path.of("../api/src/main/java", type.getName().replace('.', '/') + ".java");
      Matcher ids = RULE_ID.matcher(Files.readString(source));
      while (ids.find()) {
        written.add(ids.group(1));
      }
    }
    assertTrue(written.size() > 2, "no rules found: the sources were not read");
    assertEquals(written, rulesOf(contract));
  }

  /** The rule ids whose tests fail when {@code testClass}, a contract's subclass, runs. */
  static Set<String> failedRules(Class<?> testClass) {
    return rulesOf(failed(selectClass(testClass)));
  }

  /** The same where only one rule's test runs. */
  static Set<String> failedRules(Class<?> testClass, String rule) {
    for (Class<?> part = testClass; part != null; part = part.getSuperclass()) {
      for (Method method : part.getDeclaredMethods()) {
        Rule shown = method.getAnnotation(Rule.class);
        if (shown != null && shown.value().equals(rule)) {
          return rulesOf(failed(selectMethod(testClass, method)));
        }
      }
    }
    throw new AssertionError("no test shows " + rule);
  }

  /** The names of all tests that fail, those of no rule too. */
  static Set<String> failedTests(Class<?> testClass) {
    return failed(selectClass(testClass))
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<Method> failed(DiscoverySelector selector) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selector)
        .execute()
        .testEvents()
        .finished()
        .stream()
        .filter(
            event ->
                event.getRequiredPayload(TestExecutionResult.class).getStatus()
                    == TestExecutionResult.Status.FAILED)
        .map(event -> event.getTestDescriptor().getSource().orElseThrow())
        .map(source -> ((MethodSource) source).getJavaMethod());
  }

  private static Set<String> rulesOf(Stream<Method> tests) {
    return tests
        .map(method -> method.getAnnotation(Rule.class))
        .filter(Objects::nonNull)
        .map(Rule::value)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<String> rulesOf(Class<?> contract) {
    Set<String> ids = new TreeSet<>();
    for (Class<?> part = contract; part != null; part = part.getSuperclass()) {
      for (Method method : part.getDeclaredMethods()) {
        Rule rule = method.getAnnotation(Rule.class);
        if (rule != null) {
          assertTrue(ids.add(rule.value()), "two tests show " + rule.value());
        }
      }
    }
    return ids;
  }
}

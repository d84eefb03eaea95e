package dev.secmem.app.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.app.Documents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/** README's table of the agent's options, against the model that its help is made from. */
final class DocumentedOptionsTest {
  private static final CommandSpec MODEL = AgentSyntax.commandLine().getCommandSpec();
  private static final String NAME = "(--[a-z-]+)";

  private static List<List<String>> rows() {
    List<List<String>> rows =
        new ArrayList<>(Documents.rows(Documents.section("README.md", "Commands")));
    rows.removeIf(row -> !row.get(0).startsWith("`--"));
    return rows;
  }

  @Test
  void readmeHasEachOptionAndNoOther() {
    Set<String> documented = new TreeSet<>();
    rows().forEach(row -> documented.addAll(Documents.find(row.get(0), NAME)));
    Set<String> options = new TreeSet<>(MODEL.optionsMap().keySet());
    options.removeAll(Set.of("--help", "--version"));
    assertEquals(options, documented);
  }

  /** Whoever says the default that README and the help name, says nothing new. */
  @Test
  void theDefaultsAreThoseOfReadmeAndOfTheHelp() throws Exception {
    int compared = 0;
    for (List<String> row : rows()) {
      List<String> options = new ArrayList<>(inOrder(row.get(0)));
      String[] values = row.get(1).split(", ");
      if (options.size() != values.length || !row.get(1).matches("[0-9a-z]+(, [0-9a-z]+)*")) {
        continue;
      }
      for (int i = 0; i < values.length; i++) {
        String option = options.get(i);
        if (values[i].matches("never|off")) {
          continue; // nothing to be said
        }
        assertEquals(
            AgentSyntax.settings(AgentSyntax.commandLine().parseArgs()),
            AgentSyntax.settings(AgentSyntax.commandLine().parseArgs(option, values[i])),
            option);
        String help = String.join(" ", MODEL.optionsMap().get(option).description());
        assertTrue(help.contains("(" + values[i]), option + ": " + help);
        compared++;
      }
    }
    assertTrue(compared >= 11, compared + " defaults were compared");
  }

  private static List<String> inOrder(String cell) {
    return Arrays.stream(cell.split("[`, ]+")).filter(word -> word.startsWith("--")).toList();
  }

  @Test
  void theWordsOfRequireAreTheProtections() {
    String row =
        rows().stream()
            .filter(cells -> cells.get(0).contains("--require"))
            .findFirst()
            .orElseThrow()
            .get(2);
    Set<String> words =
        Arrays.stream(Protection.values())
            .map(protection -> protection.word().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    assertEquals(new TreeSet<>(words), Documents.find(row, "`([a-z]+)`"));
  }
}

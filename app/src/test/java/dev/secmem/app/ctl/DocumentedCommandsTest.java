package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.app.Documents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Commands, options and exit codes that the documents name, against those that there are. */
final class DocumentedCommandsTest {
  /** Options of other programs that the documents show: setpriv, systemctl, docker, bench/. */
  private static final Set<String> OTHERS =
      Set.of(
          "--ambient-caps",
          "--clear-groups",
          "--inh-caps",
          "--memory",
          "--memory-swap",
          "--minutes",
          "--now",
          "--quick",
          "--rate",
          "--regid",
          "--reuid",
          "--ulimit",
          "--user");

  private static final Pattern COMMAND =
      Pattern.compile("secmemctl(?: --[a-z-]+ \\S+)* ([a-z]+)\\b([^;|`)\\n]*)");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]+|-[a-z])\\b");

  private static List<String> spans() {
    List<String> spans = new ArrayList<>();
    for (List<String> row : Documents.rows(Documents.section("README.md", "Commands"))) {
      spans.addAll(Documents.find(row.get(0), "`([a-z][^`]*)`"));
    }
    spans.removeIf(span -> span.startsWith("secmem"));
    return spans;
  }

  @Test
  void readmeHasEachCommandAndNoOther() {
    Set<String> documented =
        spans().stream()
            .map(span -> span.split(" ")[0])
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> commands =
        CtlSyntax.all().stream()
            .map(command -> command.name)
            .collect(Collectors.toCollection(TreeSet::new));
    commands.remove("help");
    assertEquals(commands, documented);
  }

  @Test
  void eachOptionInReadmesTableIsOneOfItsCommand() {
    int options = 0;
    for (String span : spans()) {
      options += expectOptions("README.md", span.split(" ")[0], span);
    }
    assertTrue(options > 30, options + " options");
  }

  /** Whatever stands behind a command's name is one of its options, up to a {@code --} alone. */
  private static int expectOptions(String file, String name, String arguments) {
    CommandSyntax command = CtlSyntax.command(name);
    assertNotNull(command, file + " names 'secmemctl " + name + "', which there is not");
    int options = 0;
    Matcher option = OPTION.matcher(arguments.split(" -- ")[0].split("  #")[0]);
    while (option.find()) {
      assertNotNull(
          CtlSyntax.option(command, option.group(1)), file + ": " + name + " " + option.group(1));
      options++;
    }
    return options;
  }

  @Test
  void eachCommandLineInTheDocumentsIsOneThatThereIs() {
    int commands = 0;
    for (String file : Documents.all()) {
      for (String span : Documents.find(Documents.text(file), "`([^`\\n]+)`")) {
        commands += expectCommands(file, span);
      }
      for (String line : Documents.text(file).split("\n")) {
        boolean code = line.matches("(secmem|vars=|as |printf|until|kill|mvn|\\$ |    ).*");
        commands += code ? expectCommands(file, line) : 0;
      }
    }
    assertTrue(commands > 40, commands + " commands");
  }

  private static int expectCommands(String file, String text) {
    int commands = 0;
    Matcher command = COMMAND.matcher(text);
    while (command.find()) {
      expectOptions(file, command.group(1), command.group(2).split("&&|>")[0]);
      commands++;
    }
    return commands;
  }

  @Test
  void eachOptionInTheDocumentsIsSomebodys() {
    Set<String> known = new TreeSet<>(OTHERS);
    for (CommandSyntax command : CtlSyntax.all()) {
      Arrays.stream(command.options).forEach(option -> known.add(option.name));
    }
    Arrays.stream(CtlSyntax.COMMON).forEach(option -> known.add(option.name));
    known.addAll(Set.of("--help", "--version"));
    for (List<String> row : Documents.rows(Documents.section("README.md", "Commands"))) {
      known.addAll(Documents.find(row.get(0), "(--[a-z-]+)")); // the agent's, compared elsewhere
    }
    for (String file : Documents.all()) {
      Set<String> named = Documents.find(Documents.text(file), "(?<![\\w-])(--[a-z][a-z-]+)");
      named.removeAll(known);
      assertEquals(Set.of(), named, file);
    }
  }

  /** README's list, and the last column of the protocol's table, against the code. */
  @Test
  void theExitCodesAreTheDocumented() {
    for (List<String> row : Documents.rows(Documents.section("docs/PROTOCOL.md", "Errors"))) {
      for (String code : Documents.find(row.get(0), "`([a-z-]+)`")) {
        assertEquals(row.get(2), "" + ExitCode.of(ErrorCode.ofWire(code)), code);
      }
    }
    String readme = Documents.text("README.md").replace('\n', ' ');
    Matcher list = Pattern.compile("Exit codes: (0 done[^.]+)\\.").matcher(readme);
    assertTrue(list.find(), "README has the exit codes");
    assertEquals(
        "0 done, 1 failed, 2 usage, 3 not found, 4 expired, 5 denied or wrong key, 6 locked,"
            + " 7 no agent or busy, 8 exists or conflict, 9 too large or quota",
        list.group(1));
    String help = Help.usage(null).replaceAll("\\s+", " ");
    assertTrue(
        help.contains("Exit codes: " + list.group(1).replace("6 locked", "6 agent locked")), help);
  }
}

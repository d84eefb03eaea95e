package dev.secmem.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What completion scripts and manual pages need to know of a program's model. */
final class CommandTree {
  /** The only place of a command like {@code secmem-agent plugins} is the synopsis. */
  private static final Pattern WORD_COMMAND = Pattern.compile(" *[a-z-]+ ([a-z]+)( \\[.*)?");

  private CommandTree() {}

  /** The program's commands by name, in the order of its help; none for a program without. */
  static Map<String, CommandSpec> commands(CommandSpec program) {
    Map<String, CommandSpec> commands = new LinkedHashMap<>();
    for (Map.Entry<String, CommandLine> entry : program.subcommands().entrySet()) {
      commands.put(entry.getKey(), entry.getValue().getCommandSpec());
    }
    return commands;
  }

  /** Words that stand for a command of a program whose other uses have none. */
  static List<String> firstWords(CommandSpec program) {
    List<String> words = new ArrayList<>();
    for (String line : program.usageMessage().customSynopsis()) {
      Matcher matcher = WORD_COMMAND.matcher(line);
      if (matcher.matches()) {
        words.add(matcher.group(1));
      }
    }
    return words;
  }

  /** Whether an option takes a value. */
  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  /** An option's names, as a list. */
  static List<String> names(OptionSpec option) {
    return Arrays.asList(option.names());
  }

  /** A text of the model as a user would see it. */
  static String text(String... parts) {
    return String.join(" ", parts).replace("%%", "%").replace("%n", " ").strip();
  }

  /** A program's name as part of a shell function's. */
  static String identifier(CommandSpec program) {
    return program.name().replace('-', '_');
  }
}

package dev.secmem.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion script for fish 3 or newer. */
final class FishCompletion {
  private static final String FUNCTIONS =
      """
      # The command on the line; nothing if none is there yet.
      function __PROGRAM_command
          set -l words (commandline -opc)
          set -e words[1]
          set -l skip 0
          for word in $words
              if test $skip = 1
                  set skip 0
              else if contains -- $word VALUES
                  set skip 1
              else if not string match -q -- '-*' $word
                  echo $word
                  return
              end
          end
      end

      function __PROGRAM_at
          set -l command (__PROGRAM_command)
          test "$command" = "$argv[1]"
      end

      function __PROGRAM_secrets
          set -l words (commandline -opc)
          set -l socket
          if set -l at (contains -i -- --socket $words)
              set socket --socket $words[(math $at + 1)]
          end
          command $words[1] $socket ls 2>/dev/null </dev/null | tail -n +2 | string replace -r ' .*' ''
      end

      """;

  private final CommandSpec program;
  private final String function;
  private final StringBuilder script = new StringBuilder();

  private FishCompletion(CommandSpec program) {
    this.program = program;
    this.function = "__" + CommandTree.identifier(program);
  }

  static String of(CommandSpec program) {
    return new FishCompletion(program).script();
  }

  private String script() {
    Map<String, CommandSpec> commands = CommandTree.commands(program);
    List<String> values = new ArrayList<>();
    for (OptionSpec option : program.options()) {
      if (CommandTree.takesValue(option)) {
        values.addAll(CommandTree.names(option));
      }
    }
    script.append("# Completes ").append(program.name()).append(" in fish.\n\n");
    script.append(
        FUNCTIONS.replace("__PROGRAM", function).replace("VALUES", String.join(" ", values)));
    row("", "-f", "");
    for (String word : CommandTree.firstWords(program)) {
      row("", "-a " + word, "");
    }
    commands.forEach(
        (name, command) ->
            row("", "-a " + name, CommandTree.text(command.usageMessage().description())));
    options("", program);
    commands.forEach(this::command);
    return script.toString();
  }

  private void command(String name, CommandSpec command) {
    options(name, command);
    for (PositionalParamSpec operand : command.positionalParameters()) {
      row(name, operands(Candidates.of(command, operand)), "");
    }
  }

  private void options(String at, CommandSpec command) {
    for (OptionSpec option : command.options()) {
      StringBuilder form = new StringBuilder();
      for (String name : CommandTree.names(option)) {
        form.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.charAt(1));
      }
      if (CommandTree.takesValue(option)) {
        Candidates candidates = Candidates.of(command, option);
        boolean files = candidates.kind() == Candidates.Kind.FILES;
        form.append(files ? " -r -F" : " -x" + operands(candidates));
      }
      row(at, form.toString(), CommandTree.text(option.description()));
    }
  }

  private String operands(Candidates candidates) {
    return switch (candidates.kind()) {
      case NOTHING -> "";
      case WORDS -> " -a '" + String.join(" ", candidates.words()) + "'";
      case FILES -> " -F";
      case SECRETS -> " -a '(" + function + "_secrets)'";
      case PROGRAMS -> " -a '(__fish_complete_subcommand)'";
    };
  }

  private void row(String at, String form, String description) {
    String separator = form.startsWith(" ") || form.isEmpty() ? "" : " ";
    script.append("complete -c ").append(program.name());
    // Before a command there is none; a program without commands has no other place.
    if (!CommandTree.commands(program).isEmpty() && !form.equals("-f")) {
      script.append(" -n '").append(function).append("_at \"").append(at).append("\"'");
    }
    script.append(separator).append(form);
    if (!description.isEmpty()) {
      String quoted = description.replace("\\", "\\\\").replace("'", "\\'");
      script.append(" -d '").append(quoted).append("'");
    }
    script.append('\n');
  }
}

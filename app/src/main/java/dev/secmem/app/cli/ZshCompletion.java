package dev.secmem.app.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion script for zsh: a file of fpath, or sourced after compinit. */
final class ZshCompletion {
  private static final String NAMES =
      """
      _PROGRAM_secrets() {
        local -a names
        local expl
        compset -P '*='
        names=(${(f)"$(command $program $socket ls 2>/dev/null </dev/null)"})
        names=(${names[2,-1]%% *})
        _wanted secrets expl secret compadd -a names
      }

      """;

  private static final String LAST =
      """

      if [[ ${funcstack[1]-} == _PROGRAM ]]; then
        _PROGRAM "$@"
      else
        compdef _PROGRAM NAME
      fi
      """;

  private final CommandSpec program;
  private final String function;
  private final StringBuilder script = new StringBuilder();

  private ZshCompletion(CommandSpec program) {
    this.program = program;
    this.function = "_" + CommandTree.identifier(program);
  }

  static String of(CommandSpec program) {
    return new ZshCompletion(program).script();
  }

  private String script() {
    Map<String, CommandSpec> commands = CommandTree.commands(program);
    script.append("#compdef ").append(program.name()).append("\n\n");
    if (!commands.isEmpty()) {
      script.append(fill(NAMES));
    }
    script.append(function).append("() {\n");
    script.append("  local curcontext=$curcontext state ret=1 program=${(Q)words[1]}\n");
    script.append("  local -a line socket\n  local -A opt_args\n");
    script.append("  _arguments -C");
    options(program, "    ");
    if (commands.isEmpty()) {
      String first = String.join(" ", CommandTree.firstWords(program));
      script.append(" \\\n    '1:command:(").append(first).append(")'");
      script.append(" \\\n    '*::program:_normal' && ret=0\n");
    } else {
      script.append(" \\\n    '1:command:->command' '*::argument:->argument' && ret=0\n");
      script.append("  (( $+opt_args[--socket] )) && socket=(--socket $opt_args[--socket])\n");
      script.append("  case $state in\n  command)\n    local -a commands=(\n");
      commands.forEach(this::describe);
      script.append("    )\n    _describe -t commands command commands && ret=0\n    ;;\n");
      script.append("  argument)\n    case $words[1] in\n");
      commands.forEach(this::arguments);
      script.append("    esac\n    ;;\n  esac\n");
    }
    script.append("  return ret\n}\n");
    return script + fill(LAST);
  }

  private String fill(String text) {
    return text.replace("_PROGRAM", function).replace("NAME", program.name());
  }

  private void describe(String name, CommandSpec command) {
    String summary = CommandTree.text(command.usageMessage().description());
    script.append("      ").append(quoted(name + ":" + summary)).append('\n');
  }

  private void arguments(String name, CommandSpec command) {
    script.append("    ").append(name).append(")\n      _arguments");
    options(command, "        ");
    for (PositionalParamSpec operand : command.positionalParameters()) {
      Candidates candidates = Candidates.of(command, operand);
      boolean program = candidates.kind() == Candidates.Kind.PROGRAMS;
      boolean many = operand.arity().max() > 1;
      String place = program ? "*:" : many ? "*" : Integer.toString(operand.index().min() + 1);
      script.append(" \\\n        ").append(quoted(place + action(operand, candidates)));
      if (program) {
        break; // what follows is the program's own
      }
    }
    script.append(" && ret=0\n      ;;\n");
  }

  private void options(CommandSpec command, String indent) {
    for (OptionSpec option : command.options()) {
      List<String> names = CommandTree.names(option);
      boolean value = CommandTree.takesValue(option);
      for (String name : names) {
        boolean many = option.isMultiValue();
        String others = names.size() == 1 || many ? "" : "(" + String.join(" ", names) + ")";
        String form = value ? name + (name.startsWith("--") ? "=" : "+") : name;
        String help = escaped(CommandTree.text(option.description()));
        String action = value ? action(option, Candidates.of(command, option)) : "";
        script.append(" \\\n").append(indent);
        script.append(quoted((many ? "*" : others) + form + "[" + help + "]" + action));
      }
    }
  }

  private static String action(ArgSpec argument, Candidates candidates) {
    String action =
        switch (candidates.kind()) {
          case NOTHING -> " ";
          case WORDS -> words(candidates.words());
          case FILES -> "_files";
          case SECRETS -> "SECRETS";
          case PROGRAMS -> "_normal";
        };
    return ":" + escaped(argument.paramLabel()) + ":" + action;
  }

  /** A word that goes on after its colon is offered without a blank behind it. */
  private static String words(List<String> words) {
    if (words.stream().noneMatch(word -> word.endsWith(":"))) {
      return "(" + String.join(" ", words) + ")";
    }
    return "compadd -S \"\" -- " + String.join(" ", words).replace(":", "\\:");
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private String quoted(String text) {
    String own =
        text.endsWith(":SECRETS") ? text.replace(":SECRETS", ":" + function + "_secrets") : text;
    return "'" + own.replace("'", "'\\''") + "'";
  }
}

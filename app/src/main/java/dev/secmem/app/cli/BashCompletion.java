package dev.secmem.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion script for bash 4 or newer; it needs no other script. */
final class BashCompletion {
  /**
   * The part that is the same for every program. Words are cut at blanks, since bash cuts them at
   * ':', too, which names hold; what stands before bash's own last word is left out of the answers.
   */
  private static final String ENGINE =
      """
      _PROGRAM_reply() { # KIND CURRENT, as _PROGRAM_value and _PROGRAM_operand say
        local current=$2 before= name rest
        case $1 in
        words*) mapfile -t COMPREPLY < <(compgen -W "${1#words}" -- "$current") ;;
        files)
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -f -- "$current")
          ;;
        programs) mapfile -t COMPREPLY < <(compgen -c -- "$current") ;;
        secrets)
          [[ $current == *=* ]] && before=${current%%=*}= current=${current#*=}
          while read -r name rest; do
            [[ $name == "$current"* ]] && COMPREPLY+=("$before$name")
          done < <("${words[0]}" "${socket[@]}" ls 2>/dev/null </dev/null | tail -n +2)
          ;;
        esac
      }

      _PROGRAM() {
        local line=${COMP_LINE:0:COMP_POINT} current= command= expect= ended= operands=0
        local word kind cut i
        local -a words socket=()
        COMPREPLY=()
        read -ra words <<<"$line"
        if [[ $line != *[[:blank:]] ]]; then
          current=${words[${#words[@]} - 1]}
          unset "words[${#words[@]} - 1]"
        fi
        ((${#words[@]})) || return 0
        for word in "${words[@]:1}"; do
          if [[ $expect ]]; then
            [[ $expect == --socket ]] && socket=(--socket "$word")
            expect=
          elif [[ ! $ended && $word == -- ]]; then
            ended=1
          elif [[ ! $ended && $word == --socket=* ]]; then
            socket=(--socket "${word#*=}")
          elif [[ ! $ended && $word == -?* ]]; then
            [[ $word != *=* ]] && _PROGRAM_value "$command" "$word" && expect=$word
          elif [[ ! $command && ! $ended ]]; then
            command=$word
          else
            ((operands += 1))
          fi
        done
        if [[ $expect ]]; then
          _PROGRAM_value "$command" "$expect"
          _PROGRAM_reply "$kind" "$current"
        elif [[ ! $ended && $current == -*=* ]]; then
          if _PROGRAM_value "$command" "${current%%=*}"; then
            cut=${current%%=*}=
            _PROGRAM_reply "$kind" "${current#*=}"
            for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=$cut${COMPREPLY[i]}; done
          fi
        elif [[ ! $ended && $current == -* ]]; then
          _PROGRAM_reply "words $(_PROGRAM_options "$command")" "$current"
        elif [[ ! $command && ! $ended ]]; then
          _PROGRAM_reply "words $_PROGRAM_commands" "$current"
        else
          _PROGRAM_operand "$command" "$operands"
          _PROGRAM_reply "$kind" "$current"
        fi
        [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:=] ]] && compopt -o nospace
        cut=${current%"$2"}
        for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$cut"}; done
      }

      complete -F _PROGRAM NAME
      """;

  private final CommandSpec program;
  private final String function;
  private final StringBuilder script = new StringBuilder();

  private BashCompletion(CommandSpec program) {
    this.program = program;
    this.function = "_" + CommandTree.identifier(program);
  }

  static String of(CommandSpec program) {
    return new BashCompletion(program).script();
  }

  private String script() {
    Map<String, CommandSpec> commands = CommandTree.commands(program);
    List<String> words = new ArrayList<>(commands.keySet());
    words.addAll(CommandTree.firstWords(program));
    script.append("# Completes ").append(program.name()).append(" in bash.\n\n");
    script.append(function).append("_commands='").append(String.join(" ", words)).append("'\n\n");
    begin("_options", "COMMAND: prints its options", "$1");
    commands.forEach((name, command) -> options(name, command));
    options("*", program);
    end();
    begin("_value", "COMMAND OPTION: sets kind; fails if the option takes no value", "$1:$2");
    commands.forEach((name, command) -> values(name, command));
    values("*", program);
    script.append("  *) return 1 ;;\n");
    end();
    begin("_operand", "COMMAND INDEX: sets kind", "$1:$2");
    commands.forEach((name, command) -> operands(name, command));
    operands("*", program);
    script.append("  *) kind= ;;\n");
    end();
    return script + ENGINE.replace("_PROGRAM", function).replace("NAME", program.name());
  }

  private void begin(String suffix, String comment, String subject) {
    script.append(function).append(suffix).append("() { # ").append(comment).append('\n');
    script.append("  case ").append(subject).append(" in\n");
  }

  private void end() {
    script.append("  esac\n}\n\n");
  }

  private void options(String name, CommandSpec command) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : command.options()) {
      names.addAll(CommandTree.names(option));
    }
    script.append("  ").append(name).append(") echo '").append(String.join(" ", names));
    script.append("' ;;\n");
  }

  private void values(String command, CommandSpec spec) {
    for (OptionSpec option : spec.options()) {
      // What the program takes, each of its commands takes: the last rows are for all.
      boolean common = spec != program && program.findOption(option.longestName()) != null;
      if (CommandTree.takesValue(option) && !common) {
        List<String> patterns = new ArrayList<>();
        CommandTree.names(option).forEach(name -> patterns.add(command + ":" + name));
        row(String.join(" | ", patterns), Candidates.of(spec, option));
      }
    }
  }

  private void operands(String command, CommandSpec spec) {
    for (PositionalParamSpec operand : spec.positionalParameters()) {
      Candidates candidates = Candidates.of(spec, operand);
      boolean many = operand.arity().max() > 1;
      if (candidates.kind() == Candidates.Kind.PROGRAMS) {
        row(command + ":0", candidates);
        row(command + ":*", new Candidates(Candidates.Kind.FILES, List.of()));
      } else {
        row(command + ":" + (many ? "*" : operand.index().min()), candidates);
      }
    }
  }

  private void row(String pattern, Candidates candidates) {
    String kind =
        switch (candidates.kind()) {
          case NOTHING -> "";
          case WORDS -> "'words " + String.join(" ", candidates.words()) + "'";
          case FILES -> "files";
          case SECRETS -> "secrets";
          case PROGRAMS -> "programs";
        };
    script.append("  ").append(pattern).append(") kind=").append(kind).append(" ;;\n");
  }
}

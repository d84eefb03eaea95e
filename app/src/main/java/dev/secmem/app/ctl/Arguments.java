package dev.secmem.app.ctl;

import dev.secmem.api.Syntax;
import dev.secmem.app.cli.UsageException;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line, taken apart by the table of {@link CtlSyntax}.
 *
 * <p>Options may stand anywhere, as {@code --name value} or {@code --name=value}; after {@code --}
 * everything is an operand. {@code --help} wins over any mistake.
 */
final class Arguments {
  private final String[] line;
  private CommandSyntax command;
  private boolean help;
  private boolean version;
  private final List<CommandOption> given = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private final List<String> operands = new ArrayList<>();
  private final List<Integer> operandIndexes = new ArrayList<>();

  private Arguments(String[] line) {
    this.line = line;
  }

  static Arguments parse(String[] line) throws UsageException {
    Arguments arguments = new Arguments(line);
    arguments.findHelp();
    if (!arguments.help) {
      arguments.parseAll();
    }
    return arguments;
  }

  /** Looks for --help and the command's name first, so that help comes whatever else is wrong. */
  private void findHelp() {
    int end = 0;
    while (end < line.length && !line[end].equals("--")) {
      help |= line[end].equals("--help") || line[end].equals("-h");
      end++;
    }
    for (int i = 0; help && command == null && i < end; i++) {
      command = CtlSyntax.command(line[i]);
    }
  }

  private void parseAll() throws UsageException {
    boolean onlyOperands = false;
    for (int i = 0; i < line.length; i++) {
      String word = line[i];
      if (!onlyOperands && word.equals("--")) {
        onlyOperands = true;
      } else if (!onlyOperands && word.length() > 1 && word.charAt(0) == '-') {
        i = parseOption(i);
      } else if (command == null) {
        command = CtlSyntax.command(word);
        if (command == null) {
          throw new UsageException(
              "no such command: '" + word + "'; 'secmemctl --help' lists them");
        }
      } else {
        operands.add(word);
        operandIndexes.add(i);
      }
    }
    checkOperands();
  }

  /** Takes the option at {@code index}; gives the index of the last word that belongs to it. */
  private int parseOption(int index) throws UsageException {
    String word = line[index];
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (word.equals("--version")) {
      version = true;
      return index;
    }
    CommandOption option = CtlSyntax.option(command, name);
    if (option == null) {
      throw new UsageException("unknown option " + name + seeHelp());
    }
    if (has(option) && !option.repeatable) {
      throw new UsageException(name + " is given twice" + seeHelp());
    }
    if (option.label == null) {
      if (equals >= 0) {
        throw new UsageException(name + " takes no value" + seeHelp());
      }
      add(option, "");
      return index;
    }
    if (equals >= 0) {
      add(option, word.substring(equals + 1));
      return index;
    }
    if (index + 1 == line.length) {
      throw new UsageException(name + " needs a value: " + name + " " + option.label + seeHelp());
    }
    add(option, line[index + 1]);
    return index + 1;
  }

  private void add(CommandOption option, String value) throws UsageException {
    if (option.label != null && value.isEmpty()) {
      throw new UsageException(option.name + " needs a value that is not empty" + seeHelp());
    }
    given.add(option);
    values.add(value);
  }

  private void checkOperands() throws UsageException {
    if (command == null) {
      if (!version) {
        throw new UsageException("a command is needed; 'secmemctl --help' lists them");
      }
      return;
    }
    if (operands.size() < command.minOperands) {
      throw new UsageException(command.name + " needs " + command.operands + seeHelp());
    }
    if (operands.size() > command.maxOperands) {
      if (command == CtlSyntax.PUT) {
        // What is too much is most likely a value: it is not repeated where it may be logged.
        throw new UsageException(
            "too many operands; the value is given on standard input" + seeHelp());
      }
      if (command.maxOperands == 0) {
        // It may be a mnemonic or a passphrase.
        throw new UsageException(command.name + " takes no operands" + seeHelp());
      }
      throw new UsageException(
          "too many operands: '" + operands.get(command.maxOperands) + "'" + seeHelp());
    }
  }

  /** The end of a message: where to read on. */
  String seeHelp() {
    return "; see 'secmemctl " + (command == null ? "" : command.name + " ") + "--help'";
  }

  /** The command, or null if only --help or --version was asked for. */
  CommandSyntax command() {
    return command;
  }

  boolean help() {
    return help;
  }

  boolean version() {
    return version;
  }

  List<String> operands() {
    return operands;
  }

  /** The first operand, or null. */
  String operand() {
    return operands.isEmpty() ? null : operands.get(0);
  }

  /** The word that is taken for the command, whatever else is wrong with the line; or null. */
  static String commandWord(String[] line) {
    for (int i = 0; i < line.length; i++) {
      if (!line[i].startsWith("-")) {
        return line[i];
      }
      CommandOption option = CtlSyntax.option(null, line[i]);
      i += option != null && option.label != null ? 1 : 0;
    }
    return null;
  }

  /** Whether a {@code --} stands before the first operand. */
  boolean operandsFollowHyphens() {
    int before = operandIndexes.get(0) - 1;
    return before >= 0 && line[before].equals("--");
  }

  /** How many words stand after the operand on the command line. */
  int wordsAfterOperand(int operand) {
    return line.length - 1 - operandIndexes.get(operand);
  }

  boolean has(CommandOption option) {
    return given.contains(option);
  }

  /** The option's value, or null if it is not given. */
  String value(CommandOption option) {
    int index = given.indexOf(option);
    return index < 0 ? null : values.get(index);
  }

  /** Every value of a repeatable option, in order. */
  List<String> values(CommandOption option) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i) == option) {
        all.add(values.get(i));
      }
    }
    return all;
  }

  /** The option's value as a number from {@code min} to {@code max}, or -1 if it is not given. */
  long number(CommandOption option, long min, long max) throws UsageException {
    String text = value(option);
    if (text == null) {
      return Syntax.NOT_A_NUMBER;
    }
    long number = Syntax.number(text);
    if (number < min || number > max) {
      throw new UsageException(
          option.name + " takes a number from " + min + " to " + max + ", not '" + text + "'");
    }
    return number;
  }

  /** Refuses two options that contradict each other. */
  void refuseBoth(CommandOption one, CommandOption other) throws UsageException {
    if (has(one) && has(other)) {
      throw new UsageException("give " + one.name + " or " + other.name + ", not both" + seeHelp());
    }
  }

  /** Checks a secret's name before it is sent. */
  static String checkedName(String name) throws UsageException {
    if (!Syntax.isName(name)) {
      throw new UsageException(
          "not a name: '" + name + "'; a name has 1 to 200 of A-Z a-z 0-9 . _ - / @ : +");
    }
    return name;
  }
}

package dev.secmem.app.ctl;

/** One command: the source of both the parser and the help. */
final class CommandSyntax {
  final String name;
  final String summary;

  /** What stands for the operands in the usage; empty if there are none. */
  final String operands;

  final int minOperands;
  final int maxOperands;
  final CommandOption[] options;

  /** Further lines of the help: explanation, then examples. */
  final String[] details;

  CommandSyntax(
      String name,
      String summary,
      String operands,
      int minOperands,
      int maxOperands,
      CommandOption[] options,
      String... details) {
    this.name = name;
    this.summary = summary;
    this.operands = operands;
    this.minOperands = minOperands;
    this.maxOperands = maxOperands;
    this.options = options;
    this.details = details;
  }
}

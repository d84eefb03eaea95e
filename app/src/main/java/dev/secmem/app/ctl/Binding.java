package dev.secmem.app.ctl;

import dev.secmem.app.cli.UsageException;

/** Which variable a secret goes to, and how. */
final class Binding {
  final String variable;
  final String name;

  /** Whether the variable gets the path of a file instead of the value. */
  final boolean file;

  Binding(String variable, String name, boolean file) {
    this.variable = variable;
    this.name = name;
    this.file = file;
  }

  /** Takes {@code VAR=NAME} apart. */
  static Binding parse(CommandOption option, String text) throws UsageException {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new UsageException("write " + option.name + " VAR=NAME, not '" + text + "'");
    }
    return new Binding(
        VariableName.checked(text.substring(0, equals)),
        Arguments.checkedName(text.substring(equals + 1)),
        option == DailySyntax.FILE);
  }
}

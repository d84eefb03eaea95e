package dev.secmem.app.ctl;

/** One option of a command, with what {@code --help} says of it. */
final class CommandOption {
  final String name;

  /** A short form, as {@code -i}; null if there is none. */
  final String alias;

  /** What stands for the value in the usage; null if it takes none. */
  final String label;

  final boolean repeatable;
  final String help;

  private CommandOption(String name, String alias, String label, boolean repeatable, String help) {
    this.name = name;
    this.alias = alias;
    this.label = label;
    this.repeatable = repeatable;
    this.help = help;
  }

  /** An option that takes no value. */
  static CommandOption flag(String name, String help) {
    return new CommandOption(name, null, null, false, help);
  }

  /** An option that takes a value, at most once. */
  static CommandOption value(String name, String label, String help) {
    return new CommandOption(name, null, label, false, help);
  }

  /** The same with a short form. */
  static CommandOption value(String name, String alias, String label, String help) {
    return new CommandOption(name, alias, label, false, help);
  }

  /** An option that takes a value and may be given again. */
  static CommandOption repeatable(String name, String label, String help) {
    return new CommandOption(name, null, label, true, help);
  }
}

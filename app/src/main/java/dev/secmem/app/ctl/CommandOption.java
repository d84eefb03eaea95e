package dev.secmem.app.ctl;

/** One option of a command, with what {@code --help} says of it. */
final class CommandOption {
  final String name;

  /** What stands for the value in the usage; null if it takes none. */
  final String label;

  final boolean repeatable;
  final String help;

  private CommandOption(String name, String label, boolean repeatable, String help) {
    this.name = name;
    this.label = label;
    this.repeatable = repeatable;
    this.help = help;
  }

  /** An option that takes no value. */
  static CommandOption flag(String name, String help) {
    return new CommandOption(name, null, false, help);
  }

  /** An option that takes a value, at most once. */
  static CommandOption value(String name, String label, String help) {
    return new CommandOption(name, label, false, help);
  }

  /** An option that takes a value and may be given again. */
  static CommandOption repeatable(String name, String label, String help) {
    return new CommandOption(name, label, true, help);
  }
}

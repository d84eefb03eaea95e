package dev.secmem.app.ctl;

import dev.secmem.app.cli.Version;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Usage texts and the completion script, made by picocli from the table of {@link CtlSyntax}. */
final class Help {
  private static final String PROGRAM = "secmemctl";

  private Help() {}

  /** The usage of one command, or of the program if {@code command} is null. */
  static String usage(CommandSyntax command) {
    CommandLine program = program();
    CommandLine line = command == null ? program : program.getSubcommands().get(command.name);
    return line.getUsageMessage(Ansi.OFF);
  }

  static String completion() {
    return AutoComplete.bash(PROGRAM, program());
  }

  static String version() {
    return PROGRAM + " " + Version.text() + "\n";
  }

  private static CommandLine program() {
    CommandSpec spec = CommandSpec.create().name(PROGRAM);
    spec.parser().separator(" ");
    spec.usageMessage()
        .sortOptions(false)
        .sortSynopsis(false)
        .description("Keeps secrets in the agent's memory while they live, and uses its keys.")
        .commandListHeading("%nCommands:%n")
        .optionListHeading("%nOptions:%n")
        .synopsisSubcommandLabel("COMMAND")
        .footer(
            "",
            "Examples:",
            "  printf %%s \"$PASSWORD\" | secmemctl put db_password --ttl 10m",
            "  secmemctl get db_password",
            "  secmemctl ls",
            "",
            "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 expired, 5 denied or",
            "wrong key, 6 agent locked, 7 no agent or busy, 8 exists or conflict,",
            "9 too large or quota.",
            "'secmemctl COMMAND --help' says more of each command.");
    addOptions(spec, CtlSyntax.COMMON);
    addStandardOptions(spec, true);
    for (CommandSyntax command : CtlSyntax.all()) {
      spec.addSubcommand(command.name, subcommand(command));
    }
    return new CommandLine(spec);
  }

  private static CommandSpec subcommand(CommandSyntax command) {
    CommandSpec spec = CommandSpec.create().name(command.name);
    spec.parser().separator(" ");
    String[] details = new String[command.details.length];
    for (int i = 0; i < details.length; i++) {
      details[i] = command.details[i].replace("%", "%%");
    }
    spec.usageMessage()
        .sortOptions(false)
        .sortSynopsis(false)
        .description(command.summary)
        .optionListHeading("%nOptions:%n")
        .footerHeading(details.length == 0 ? "" : "%n")
        .footer(details);
    if (!command.operands.isEmpty()) {
      boolean many = command.maxOperands > 1 && command != DailySyntax.MV;
      if (command == DailySyntax.EXEC) {
        spec.usageMessage()
            .customSynopsis(PROGRAM + " " + command.name + " [OPTIONS] " + command.operands);
      }
      String arity = Math.min(1, command.minOperands) + ".." + (many ? "*" : "1");
      spec.addPositional(
          PositionalParamSpec.builder()
              .paramLabel(label(command, many))
              .arity(arity)
              .type(many ? String[].class : String.class)
              .description(operandHelp(command))
              .build());
    }
    addOptions(spec, command.options);
    addOptions(spec, CtlSyntax.COMMON);
    addStandardOptions(spec, false);
    return spec;
  }

  private static String label(CommandSyntax command, boolean many) {
    if (command == DailySyntax.EXEC) {
      return "CMD";
    }
    return many ? "NAME" : command.operands.replace("[", "").replace("]", "");
  }

  private static String operandHelp(CommandSyntax command) {
    if (command.operands.equals("NAME|PATH")) {
      return "the key's name or path";
    }
    if (command == KeySyntax.PASSWORD) {
      return "what the password is for";
    }
    if (command == DailySyntax.EXEC) {
      return "the program, looked for in PATH, and its arguments";
    }
    if (command == DailySyntax.SOURCE) {
      return "names of secrets, or K=NAME for the variable K";
    }
    if (command == DailySyntax.MV) {
      return "the secret's name, and its new name";
    }
    if (command.maxOperands > 1) {
      return "names of secrets";
    }
    return command.minOperands == 0 ? "only names that begin so" : "the secret's name";
  }

  private static void addOptions(CommandSpec spec, CommandOption[] options) {
    for (CommandOption option : options) {
      OptionSpec.Builder builder =
          OptionSpec.builder(names(option)).description(option.help.replace("%", "%%"));
      if (option.label == null) {
        builder.arity("0").type(boolean.class);
      } else {
        builder
            .arity("1")
            .paramLabel(option.label)
            .type(option.repeatable ? String[].class : String.class);
      }
      spec.addOption(builder.build());
    }
  }

  private static String[] names(CommandOption option) {
    return option.alias == null
        ? new String[] {option.name}
        : new String[] {option.alias, option.name};
  }

  private static void addStandardOptions(CommandSpec spec, boolean version) {
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .type(boolean.class)
            .arity("0")
            .description("show this text")
            .build());
    if (version) {
      spec.addOption(
          OptionSpec.builder("--version")
              .versionHelp(true)
              .type(boolean.class)
              .arity("0")
              .description("show the version")
              .build());
    }
  }
}

package dev.secmem.app.ctl;

import dev.secmem.app.cli.ShippedTexts;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.cli.Version;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The model of the program for picocli, from the table of {@link CtlSyntax}, and its usage texts.
 */
final class Help {
  private static final String PROGRAM = "secmemctl";

  private Help() {}

  /** The usage of one command, or of the program if {@code command} is null. */
  static String usage(CommandSyntax command) {
    CommandLine program = program();
    CommandLine line = command == null ? program : program.getSubcommands().get(command.name);
    return line.getUsageMessage(Ansi.OFF);
  }

  /** The completion script for a shell. */
  static String completion(String shell) throws UsageException {
    return ShippedTexts.completion(model(), shell);
  }

  /** What every text is made from. */
  static CommandSpec model() {
    return program().getCommandSpec();
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
    String[] operands =
        command.operands.isEmpty() ? new String[0] : command.operands.replace("-- ", "").split(" ");
    if (command == DailySyntax.EXEC) {
      spec.usageMessage()
          .customSynopsis(PROGRAM + " " + command.name + " [OPTIONS] " + command.operands);
    }
    for (int i = 0; i < operands.length; i++) {
      spec.addPositional(operand(operands[i], i));
    }
    addOptions(spec, command.options);
    addOptions(spec, CtlSyntax.COMMON);
    addStandardOptions(spec, false);
    return spec;
  }

  /** An operand as it stands in the table: {@code NAME}, {@code [PREFIX]}, {@code GRANT...}. */
  private static PositionalParamSpec operand(String word, int index) {
    boolean many = word.contains("...");
    boolean optional = word.startsWith("[");
    return PositionalParamSpec.builder()
        .paramLabel(word.replaceAll("[\\[\\].]", ""))
        .index(index + (many ? "..*" : ""))
        .arity((optional ? "0" : "1") + (many ? "..*" : ""))
        .type(many ? String[].class : String.class)
        .description(operandHelp(word))
        .build();
  }

  private static String operandHelp(String word) {
    switch (word) {
      case "[PREFIX]":
        return "only names that begin so";
      case "NAME...":
        return "names of secrets";
      case "CMD":
        return "the program, looked for in PATH";
      case "[ARG...]":
        return "its arguments";
      case "NEW":
        return "its new name";
      case "GRANT...":
        return "who";
      case "NAME|PATH":
        return "the key's name or path";
      case "[bash|zsh|fish]":
        return "the shell; else bash";
      case "SITE":
        return "what the password is for";
      default:
        return "the secret's name";
    }
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

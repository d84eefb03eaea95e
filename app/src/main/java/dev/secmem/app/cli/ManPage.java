package dev.secmem.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page in man(7), from the model that {@code --help} is printed from. */
final class ManPage {
  private static final String EXIT_CODES = "Exit codes: ";

  private final CommandSpec command;
  private final CommandSpec program;
  private final StringBuilder page = new StringBuilder();
  private final List<String> examples = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private String exitCodes = "";

  private ManPage(CommandSpec command) {
    this.command = command;
    this.program = command.root();
    readFooter();
  }

  /**
   * The page of a program or of one of its commands.
   *
   * @param date of the release, as 2026-11-22
   */
  static String of(CommandSpec command, String date) {
    return new ManPage(command).write(date);
  }

  /** The page's name: {@code secmemctl-put} for a command of a program. */
  static String name(CommandSpec command) {
    return command.parent() == null
        ? command.name()
        : command.parent().name() + "-" + command.name();
  }

  private String write(String date) {
    String name = name(command);
    page.append(".TH ").append(roff(name.toUpperCase(java.util.Locale.ROOT))).append(" 1 ");
    page.append(date).append(" \"secmem ").append(Version.text()).append("\"\n");
    // Options and examples are pasted from here: no hyphenation, no filling to both margins.
    page.append(".nh\n.ad l\n");
    section("NAME");
    String summary = summary();
    page.append(roff(name)).append(" \\- ").append(roff(summary)).append('\n');
    section("SYNOPSIS");
    synopsis();
    section("DESCRIPTION");
    page.append(line(sentence(summary)));
    page.append(text);
    commands();
    operands();
    options();
    if (!exitCodes.isEmpty()) {
      section("EXIT STATUS");
      page.append(line(sentence(exitCodes)));
    }
    if (!examples.isEmpty()) {
      section("EXAMPLES");
      page.append(".nf\n");
      examples.forEach(example -> page.append(line(example)));
      page.append(".fi\n");
    }
    seeAlso();
    return page.toString();
  }

  /** Without its full stop: it is a heading in NAME. */
  private String summary() {
    String[] description = command.usageMessage().description();
    String[] header = command.usageMessage().header();
    String summary = CommandTree.text(description.length > 0 ? description : header);
    return summary.endsWith(".") ? summary.substring(0, summary.length() - 1) : summary;
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  private void synopsis() {
    String[] custom = command.usageMessage().customSynopsis();
    String[] lines =
        custom.length > 0
            ? custom
            : new String[] {new CommandLine.Help(command).abbreviatedSynopsis().strip()};
    for (int i = 0; i < lines.length; i++) {
      page.append(i == 0 ? "" : ".br\n").append(line(lines[i].strip()));
    }
  }

  private void commands() {
    Map<String, CommandSpec> commands = CommandTree.commands(program);
    if (command != program || commands.isEmpty()) {
      return;
    }
    section("COMMANDS");
    commands.forEach(
        (name, spec) -> {
          page.append(".TP\n.B ").append(roff(name)).append('\n');
          page.append(line(CommandTree.text(spec.usageMessage().description())));
        });
  }

  private void operands() {
    if (command.positionalParameters().isEmpty()) {
      return;
    }
    section("OPERANDS");
    for (PositionalParamSpec operand : command.positionalParameters()) {
      page.append(".TP\n.I ").append(roff(operand.paramLabel())).append('\n');
      page.append(line(CommandTree.text(operand.description())));
    }
  }

  private void options() {
    section("OPTIONS");
    for (OptionSpec option : command.options()) {
      page.append(".TP\n\\fB").append(roff(String.join("\\fR, \\fB", option.names())));
      page.append("\\fR");
      if (CommandTree.takesValue(option)) {
        page.append(" \\fI").append(roff(option.paramLabel())).append("\\fR");
      }
      page.append('\n').append(line(CommandTree.text(option.description())));
    }
  }

  private void seeAlso() {
    section("SEE ALSO");
    List<String> others = new ArrayList<>();
    if (command != program) {
      others.add(program.name());
    } else {
      CommandTree.commands(program).values().forEach(spec -> others.add(name(spec)));
    }
    others.add(program.name().equals("secmem-agent") ? "secmemctl" : "secmem-agent");
    for (int i = 0; i < others.size(); i++) {
      page.append(".BR ").append(roff(others.get(i))).append(" (1)");
      page.append(i < others.size() - 1 ? "," : "").append('\n');
    }
  }

  /** What follows the options in the usage: paragraphs, examples, exit codes. */
  private void readFooter() {
    boolean inExamples = false;
    String rest = "";
    for (String raw : command.usageMessage().footer()) {
      String footer = raw.replace("%%", "%");
      if (footer.matches("Examples?:")) {
        inExamples = true;
      } else if (footer.isBlank()) {
        inExamples = false;
        paragraph(rest);
        rest = "";
      } else if (inExamples) {
        examples.add(footer.strip());
      } else {
        rest = rest.isEmpty() ? footer.strip() : rest + "\n" + footer.strip();
      }
    }
    paragraph(rest);
  }

  private void paragraph(String lines) {
    String joined = lines.replace('\n', ' ');
    int codes = joined.indexOf(EXIT_CODES);
    String before = codes < 0 ? joined : joined.substring(0, codes);
    if (codes >= 0) {
      exitCodes = joined.substring(codes + EXIT_CODES.length());
    }
    if (!before.isBlank()) {
      text.append(".PP\n").append(line(before.strip()));
    }
  }

  private void section(String title) {
    page.append(".SH ").append(title).append('\n');
  }

  /** A line of text; one that begins like a request is no request. */
  private static String line(String text) {
    String escaped = roff(text);
    return (escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "") + escaped + "\n";
  }

  private static String roff(String text) {
    return text.replace("\\fR", "\u0001")
        .replace("\\fB", "\u0002")
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("…", "...")
        .replace("\u0001", "\\fR")
        .replace("\u0002", "\\fB");
  }
}

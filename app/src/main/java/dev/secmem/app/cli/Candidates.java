package dev.secmem.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a shell may offer at one place of a command line. It is told by the label that stands for
 * the value in the usage, and by the words that the help lists: there is no second list to forget.
 *
 * @param words for {@link Kind#WORDS}
 */
record Candidates(Kind kind, List<String> words) {
  /** How a shell finds them. */
  enum Kind {
    NOTHING,
    WORDS,
    FILES,
    /** Names of secrets, which the agent tells. */
    SECRETS,
    /** Programs in PATH, then their arguments. */
    PROGRAMS
  }

  static final Candidates NOTHING = new Candidates(Kind.NOTHING, List.of());

  private static final String WORD = "[a-z0-9][a-z0-9-]*";

  /** {@code a, b or c}, at the beginning or after a colon; {@code : a, b, c} after a colon only. */
  private static final Pattern CHOICE =
      Pattern.compile("(?:^|: )(" + WORD + "(?:, " + WORD + ")*,? or " + WORD + ")\\b");

  private static final Pattern LIST =
      Pattern.compile(": (" + WORD + "(?:, " + WORD + ")+)(?=[;.]|$)");
  private static final Pattern ALTERNATIVES =
      Pattern.compile("\\((" + WORD + "(?:, else " + WORD + ")+)\\)");
  private static final Pattern KEY_NAMES = Pattern.compile("NAME is ([^;]+);");
  private static final Pattern GRANT = Pattern.compile("\\b(uid:|gid:|exe:|unit:|session\\b)");

  Candidates {
    words = List.copyOf(words);
  }

  /** What an option's value, or an operand, may be. */
  static Candidates of(CommandSpec command, ArgSpec argument) {
    String label = argument.paramLabel();
    String help = String.join(" ", argument.description());
    switch (label) {
      case "FILE":
      case "PATH":
      case "TPL":
      case "OUT":
        return new Candidates(Kind.FILES, List.of());
      case "GRANT":
        return grants(help + " " + String.join(" ", command.usageMessage().footer()));
      case "NAME|PATH":
        return keyNames(String.join(" ", command.usageMessage().footer()));
      default:
        break;
    }
    if (label.contains("COMMAND") || label.equals("CMD")) {
      return new Candidates(Kind.PROGRAMS, List.of());
    }
    if (label.matches(WORD + "(\\|" + WORD + ")+")) {
      return new Candidates(Kind.WORDS, List.of(label.split("\\|")));
    }
    boolean secrets = label.contains("NAME") || label.equals("PREFIX") || label.equals("OLD");
    if (secrets && command.parent() != null) {
      return new Candidates(Kind.SECRETS, List.of());
    }
    return listed(help);
  }

  private static Candidates listed(String help) {
    for (Pattern pattern : List.of(CHOICE, LIST, ALTERNATIVES)) {
      Matcher found = pattern.matcher(help);
      if (found.find()) {
        return new Candidates(Kind.WORDS, List.of(found.group(1).split(",? or |, else |, ")));
      }
    }
    return NOTHING;
  }

  /** The kinds of grants that the help names. */
  private static Candidates grants(String help) {
    List<String> kinds = new ArrayList<>();
    Matcher found = GRANT.matcher(help);
    while (found.find()) {
      if (!kinds.contains(found.group())) {
        kinds.add(found.group());
      }
    }
    return new Candidates(Kind.WORDS, kinds);
  }

  private static Candidates keyNames(String help) {
    Matcher found = KEY_NAMES.matcher(help);
    if (!found.find()) {
      return NOTHING;
    }
    List<String> names = new ArrayList<>();
    for (String name : found.group(1).split(", | or ")) {
      names.add(name.replaceAll("[A-Z]+$", ""));
    }
    return new Candidates(Kind.WORDS, names);
  }
}

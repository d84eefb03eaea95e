package dev.secmem.app.agent;

import dev.secmem.api.Syntax;
import dev.secmem.api.identity.AuthenticatorOptions;
import dev.secmem.api.transport.ServerOptions;
import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.UsageException;
import dev.secmem.app.cli.Version;
import dev.secmem.app.engine.Admission;
import dev.secmem.app.engine.EngineOptions;
import dev.secmem.app.engine.KeyOptions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The command line of {@code secmem-agent}. */
final class AgentSyntax {
  private AgentSyntax() {}

  /** The model; programmatic, because annotations cost 140 ms at start. */
  static CommandLine commandLine() {
    CommandSpec spec = CommandSpec.create().name("secmem-agent");
    spec.usageMessage()
        .width(100)
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .customSynopsis(
            "secmem-agent [OPTIONS] [-- COMMAND…]",
            "       secmem-agent plugins [--json]",
            "       secmem-agent selftest [--json]")
        .header("Keeps secrets in RAM and hands them to the right local process.")
        .synopsisHeading("%nUsage: ")
        .optionListHeading("%nOptions:%n")
        .parameterListHeading("%n")
        .footer(
            "",
            "Examples:",
            "  secmem-agent                                    serve at the default socket",
            "  secmem-agent -- sh -c 'secmemctl put k <f; app' run a command with an agent of its"
                + " own",
            "  secmem-agent --allow-uid 33 --require mlock     let uid 33 in, insist on locked"
                + " memory",
            "  secmem-agent plugins                            what is installed and works here",
            "  secmem-agent selftest                           whether this machine keeps the"
                + " agent's promises",
            "",
            "The socket is $SECMEM_SOCK, else $XDG_RUNTIME_DIR/secmem/agent.sock, else, for root,",
            "/run/secmem/agent.sock. Exit codes: 0 stopped, 1 failed, 2 usage; with COMMAND its"
                + " own.");
    add(spec, "--socket", "PATH", "Where clients connect.");
    add(
        spec,
        "--socket-mode",
        "OCTAL",
        "The socket's permission bits (0600; 0666 if others are admitted).");
    addMany(spec, "--allow-uid", "UID", "Admit this uid, too. Repeatable.");
    addMany(
        spec,
        "--allow-gid",
        "GID",
        "Admit this group; with --allow-uid both must hold. Repeatable.");
    spec.addOption(
        flag("--allow-interpreter", "Let grants name interpreters (exe:/usr/bin/python3.11)."));
    add(spec, "--store", "NAME", "The store (memfd).");
    add(spec, "--cipher", "NAME", "The cipher (openssl, else tink, else bc).");
    add(spec, "--transport", "NAME", "The transport (uds).");
    add(
        spec,
        "--root",
        "KIND",
        "The root of trust: random, or mnemonic: locked until 'secmemctl unlock' (random).");
    addMany(spec, "--keys-uid", "UID", "Who may lock, unlock and use keys, too. Repeatable.");
    add(spec, "--kdf", "NAME", "What keys are derived with (openssl, else bc).");
    add(
        spec,
        "--lock-after",
        "TIME",
        "Lock after this long without use; with --root mnemonic only (never).");
    spec.addOption(flag("--allow-derive", "Give out derived private keys, too (DERIVE)."));
    add(spec, "--max-secret-size", "SIZE", "The largest secret (1m).");
    add(spec, "--max-secrets", "N", "The most secrets (100000).");
    add(spec, "--max-memory", "SIZE", "The most memory for secrets (256m).");
    add(spec, "--max-connections", "N", "The most connections (512).");
    add(
        spec,
        "--uid-share",
        "PERCENT",
        "What one uid may have of each limit (100; 50 if others are admitted).");
    add(spec, "--max-ttl", "TIME", "The longest time of a secret (30d).");
    add(
        spec,
        "--default-ttl",
        "TIME",
        "The time of a secret that is put without one (9h, or --max-ttl).");
    add(
        spec,
        "--idle-timeout",
        "TIME",
        "Disconnect a client that sends nothing for this long (10m).");
    ServiceSettings.addTo(spec);
    add(
        spec,
        "--audit",
        "WHAT",
        "What is audited: all, changes or denied (all). With COMMAND, written to standard error"
            + " only if given.");
    add(
        spec,
        "--log-level",
        "LEVEL",
        "error, warning, info or debug (info; with COMMAND: warning).");
    addMany(spec, "--require", "LIST", "Do not start without these protections: " + words() + ".");
    spec.addOption(
        flag(
            "--no-sandbox",
            "Do without the filter by which the kernel denies what an agent never" + " needs."));
    spec.addOption(flag("--help", "Show this."));
    spec.addOption(flag("--version", "Show the version."));
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("[-- COMMAND…]")
            .arity("0..*")
            .index("0..*")
            .type(String[].class)
            .hideParamSyntax(true)
            .description("Run COMMAND with SECMEM_SOCK and PATH set, and end with it.")
            .build());
    CommandLine line = new CommandLine(spec);
    line.setStopAtPositional(true);
    line.setExpandAtFiles(false); // '@file' is a word of the command's, as in curl -d @file
    return line;
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).arity("0").type(boolean.class).description(description).build();
  }

  private static void add(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .arity("1")
            .type(String.class)
            .paramLabel(label)
            .description(description)
            .build());
  }

  private static void addMany(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .splitRegex(",")
            .paramLabel(label)
            .description(description)
            .build());
  }

  /** What the parsed command line asks for. */
  static AgentSettings settings(ParseResult parsed) throws UsageException {
    Set<Long> uids = ids(parsed, "--allow-uid");
    Set<Long> gids = ids(parsed, "--allow-gid");
    boolean others = !uids.isEmpty() || !gids.isEmpty();
    List<String> command = List.of(parsed.matchedPositionalValue(0, new String[0]));
    // A command's standard error is its own: the agent is quiet there unless asked to speak.
    boolean quiet = !command.isEmpty();
    return new AgentSettings(
        text(parsed, "--socket", null),
        mode(text(parsed, "--socket-mode", null)),
        uids,
        gids,
        new AuthenticatorOptions(parsed.hasMatchedOption("--allow-interpreter")),
        text(parsed, "--store", null),
        text(parsed, "--cipher", null),
        text(parsed, "--transport", null),
        text(parsed, "--kdf", null),
        engine(parsed, others),
        keys(parsed),
        millis(parsed, "--idle-timeout", ServerOptions.DEFAULT_IDLE_TIMEOUT_MILLIS),
        !quiet || parsed.hasMatchedOption("--audit"),
        !parsed.hasMatchedOption("--no-sandbox"),
        required(parsed),
        level(text(parsed, "--log-level", quiet ? "warning" : "info")),
        ServiceSettings.of(parsed, !command.isEmpty()),
        command);
  }

  private static EngineOptions engine(ParseResult parsed, boolean others) throws UsageException {
    EngineOptions defaults = EngineOptions.DEFAULTS;
    long maxTtl = millis(parsed, "--max-ttl", defaults.maxTtlMillis());
    try {
      return new EngineOptions(
          (int)
              Math.min(
                  Integer.MAX_VALUE, bytes(parsed, "--max-secret-size", defaults.maxSecretSize())),
          number(parsed, "--max-secrets", defaults.maxSecrets()),
          bytes(parsed, "--max-memory", defaults.maxMemory()),
          (int)
              Math.min(
                  Integer.MAX_VALUE,
                  number(parsed, "--max-connections", defaults.maxConnections())),
          (int) Math.min(Integer.MAX_VALUE, number(parsed, "--uid-share", others ? 50 : 100)),
          maxTtl,
          millis(parsed, "--default-ttl", Math.min(maxTtl, defaults.defaultTtlMillis())),
          filter(text(parsed, "--audit", "all")));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static KeyOptions keys(ParseResult parsed) throws UsageException {
    String root = text(parsed, "--root", "random");
    try {
      return new KeyOptions(
          switch (root) {
            case "random" -> KeyOptions.Root.RANDOM;
            case "mnemonic" -> KeyOptions.Root.MNEMONIC;
            default -> throw new UsageException("--root is random or mnemonic, not '" + root + "'");
          },
          ids(parsed, "--keys-uid"),
          parsed.hasMatchedOption("--allow-derive"),
          millis(parsed, "--lock-after", 0));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static String text(ParseResult parsed, String option, String absent) {
    return parsed.matchedOptionValue(option, absent);
  }

  private static long millis(ParseResult parsed, String option, long absent) throws UsageException {
    String text = text(parsed, option, null);
    return text == null ? absent : Duration.parseMillis(text);
  }

  private static long bytes(ParseResult parsed, String option, long absent) throws UsageException {
    String text = text(parsed, option, null);
    return text == null ? absent : Sizes.parseBytes(text);
  }

  private static long number(ParseResult parsed, String option, long absent) throws UsageException {
    String text = text(parsed, option, null);
    return text == null ? absent : number(option, text);
  }

  private static long number(String option, String text) throws UsageException {
    long value = Syntax.number(text);
    if (value == Syntax.NOT_A_NUMBER) {
      throw new UsageException(option + " needs a number, not '" + text + "'");
    }
    return value;
  }

  private static Set<Long> ids(ParseResult parsed, String option) throws UsageException {
    Set<Long> ids = new HashSet<>();
    for (String text : parsed.matchedOptionValue(option, List.<String>of())) {
      long id = number(option, text);
      if (id > 4294967294L || id == Admission.UNMAPPED_UID) {
        throw new UsageException(
            option + " " + text + ": 0 to 4294967294, but not 65534, where unmapped users land");
      }
      ids.add(id);
    }
    return ids;
  }

  private static int mode(String text) throws UsageException {
    if (text == null) {
      return -1;
    }
    if (!text.matches("0?[0-7]{3}")) {
      throw new UsageException("--socket-mode needs three octal digits, not '" + text + "'");
    }
    return Integer.parseInt(text, 8);
  }

  private static EngineOptions.AuditFilter filter(String text) throws UsageException {
    return switch (text) {
      case "all" -> EngineOptions.AuditFilter.ALL;
      case "changes" -> EngineOptions.AuditFilter.CHANGES;
      case "denied" -> EngineOptions.AuditFilter.DENIED;
      default -> throw new UsageException("--audit is all, changes or denied, not '" + text + "'");
    };
  }

  private static System.Logger.Level level(String text) throws UsageException {
    return switch (text) {
      case "error" -> System.Logger.Level.ERROR;
      case "warning" -> System.Logger.Level.WARNING;
      case "info" -> System.Logger.Level.INFO;
      case "debug" -> System.Logger.Level.DEBUG;
      default ->
          throw new UsageException(
              "--log-level is error, warning, info or debug, not '" + text + "'");
    };
  }

  private static Set<Protection> required(ParseResult parsed) throws UsageException {
    Set<Protection> required = EnumSet.noneOf(Protection.class);
    for (String word : parsed.matchedOptionValue("--require", List.<String>of())) {
      try {
        required.add(Protection.valueOf(word.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--require knows " + words() + ", not '" + word + "'");
      }
    }
    return required;
  }

  private static String words() {
    return Arrays.stream(Protection.values())
        .map(Protection::word)
        .collect(Collectors.joining(", "));
  }

  static String version() {
    return "secmem-agent " + Version.text();
  }
}

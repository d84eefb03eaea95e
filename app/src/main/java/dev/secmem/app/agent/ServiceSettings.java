package dev.secmem.app.agent;

import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.UsageException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the command line asked for that concerns the agent as a service.
 *
 * @param socketCheckMillis how often the agent looks whether its socket leads to it
 * @param exitAfterMillis how long it stays without secrets and clients; 0: for ever
 */
record ServiceSettings(long socketCheckMillis, long exitAfterMillis) {
  private static final long DEFAULT_CHECK_MILLIS = 5000;
  private static final String CHECK = "--socket-check";
  private static final String EXIT = "--exit-after";

  /** Adds the options. */
  static void addTo(CommandSpec spec) {
    spec.addOption(
        option(CHECK, "How often to look whether the socket still leads to this agent (5s)."));
    spec.addOption(
        option(EXIT, "End after this long without secrets and clients. Not with COMMAND."));
  }

  private static OptionSpec option(String name, String description) {
    return OptionSpec.builder(name)
        .arity("1")
        .type(String.class)
        .paramLabel("TIME")
        .description(description)
        .build();
  }

  /** Reads them. */
  static ServiceSettings of(ParseResult parsed, boolean command) throws UsageException {
    if (command && parsed.hasMatchedOption(EXIT)) {
      throw new UsageException(EXIT + " and COMMAND: the agent ends with COMMAND");
    }
    return new ServiceSettings(
        millis(parsed, CHECK, DEFAULT_CHECK_MILLIS), millis(parsed, EXIT, 0));
  }

  private static long millis(ParseResult parsed, String option, long absent) throws UsageException {
    String text = parsed.matchedOptionValue(option, (String) null);
    return text == null ? absent : Duration.parseMillis(text);
  }
}

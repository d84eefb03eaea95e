package dev.secmem.app.ctl;

import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.util.List;

/** {@code secmemctl put}. */
final class PutCommand {
  private static final int MAX_READS = 1_000_000;
  private static final int STDIN = 0;

  private PutCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String operand = arguments.operand();
    int equals = operand.indexOf('=');
    String name = Arguments.checkedName(equals < 0 ? operand : operand.substring(0, equals));
    PutOptions options = options(arguments);
    try (Value value = value(arguments, name, equals >= 0);
        SecretClient client = AgentConnection.open(arguments)) {
      if (!value.bytes().hasRemaining()) {
        Messages.say("note: the value of " + name + " is empty");
      }
      client.put(name, value.bytes(), options);
    }
  }

  /** The options of a put that are given. */
  static PutOptions options(Arguments arguments) throws UsageException, LinuxException {
    PutOptions options = PutOptions.DEFAULTS;
    String ttl = arguments.value(CtlSyntax.TTL);
    if (ttl != null) {
      options = options.ttlMillis(Duration.parseMillis(ttl));
    }
    long reads = arguments.number(CtlSyntax.READS, 1, MAX_READS);
    if (arguments.has(CtlSyntax.ONCE)) {
      arguments.refuseBoth(CtlSyntax.ONCE, CtlSyntax.READS);
      options = options.reads(1);
    } else if (reads > 0) {
      options = options.reads(reads);
    }
    long version = arguments.number(CtlSyntax.IF_VERSION, 0, Long.MAX_VALUE);
    if (arguments.has(CtlSyntax.IF_ABSENT)) {
      arguments.refuseBoth(CtlSyntax.IF_ABSENT, CtlSyntax.IF_VERSION);
      options = options.ifAbsent();
    } else if (version >= 0) {
      options = options.ifVersion(version);
    }
    List<String> grants = arguments.values(CtlSyntax.ALLOW);
    for (int i = 0; i < grants.size(); i++) {
      options = options.allow(GrantText.wire(grants.get(i)));
    }
    return protection(arguments, options);
  }

  private static PutOptions protection(Arguments arguments, PutOptions options)
      throws UsageException {
    String bind = arguments.value(CtlSyntax.BIND);
    String grade = arguments.value(CtlSyntax.GRADE);
    PutOptions changed = options;
    if (bind != null) {
      changed = changed.bind(oneOf(bind, CtlSyntax.BIND, List.of("session", "exe", "unit")));
    }
    if (grade != null) {
      changed = changed.grade(oneOf(grade, CtlSyntax.GRADE, List.of("hidden", "locked", "any")));
    }
    return arguments.has(CtlSyntax.DOWNGRADE) ? changed.downgrade() : changed;
  }

  private static String oneOf(String value, CommandOption option, List<String> words)
      throws UsageException {
    if (!words.contains(value)) {
      throw new UsageException(
          option.name + " is " + String.join(", ", words) + ", not '" + value + "'");
    }
    return value;
  }

  private static Value value(Arguments arguments, String name, boolean inOperand)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String file = arguments.value(CtlSyntax.FROM_FILE);
    if (inOperand) {
      if (file != null) {
        throw new UsageException("give the value as NAME=VALUE or by --from-file, not both");
      }
      Messages.say(
          "note: other users of this machine can see a value on the command line;"
              + " give it on standard input instead");
      return OperandValue.read(name.length() + 1, arguments.wordsAfterOperand(0));
    }
    if (file != null) {
      return FileValue.read(file);
    }
    if (Terminal.isTerminal(STDIN)) {
      // Nobody should type a secret only to hear that there is no agent.
      AgentConnection.open(arguments).close();
      return PromptedValue.read("value of " + name + " (not shown): ", STDIN);
    }
    return StdinValue.read(STDIN);
  }
}

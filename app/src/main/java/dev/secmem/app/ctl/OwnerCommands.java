package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The commands on one's own secrets that carry no value: touch, mv, rm, grant, revoke. */
final class OwnerCommands {
  private OwnerCommands() {}

  static void touch(Arguments arguments)
      throws SecretClientException, UsageException, CtlException {
    String name = Arguments.checkedName(arguments.operand());
    String ttl = arguments.value(CtlSyntax.TTL);
    OptionalLong millis =
        ttl == null ? OptionalLong.empty() : OptionalLong.of(Duration.parseMillis(ttl));
    try (SecretClient client = AgentConnection.open(arguments)) {
      client.touch(name, millis);
    }
  }

  static void rename(Arguments arguments)
      throws SecretClientException, UsageException, CtlException {
    String from = Arguments.checkedName(arguments.operands().get(0));
    String to = Arguments.checkedName(arguments.operands().get(1));
    try (SecretClient client = AgentConnection.open(arguments)) {
      client.rename(from, to);
    } catch (SecretClientException e) {
      if (e.code().orElse(ErrorCode.INTERNAL) == ErrorCode.EXISTS) {
        throw new CtlException(
            ExitCode.CONDITION, e.getMessage() + "; 'secmemctl rm " + to + "' makes room for it");
      }
      throw e;
    }
  }

  static void grant(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException {
    String name = Arguments.checkedName(arguments.operand());
    List<String> grants = grants(arguments);
    try (SecretClient client = AgentConnection.open(arguments)) {
      client.grant(name, grants);
    }
  }

  static void revoke(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException {
    String name = Arguments.checkedName(arguments.operand());
    List<String> grants = grants(arguments);
    try (SecretClient client = AgentConnection.open(arguments)) {
      client.revoke(name, grants);
    }
  }

  private static List<String> grants(Arguments arguments) throws UsageException, LinuxException {
    List<String> grants = new ArrayList<>();
    for (String text : arguments.operands().subList(1, arguments.operands().size())) {
      grants.add(GrantText.wire(text));
    }
    return grants;
  }

  /** Deletes every name that it can; gives the exit code of the first failure. */
  static int remove(Arguments arguments)
      throws SecretClientException, UsageException, CtlException {
    for (String name : arguments.operands()) {
      Arguments.checkedName(name);
    }
    int code = ExitCode.OK;
    try (SecretClient client = AgentConnection.open(arguments)) {
      for (String name : arguments.operands()) {
        try {
          client.delete(name);
        } catch (SecretClientException e) {
          if (e.reason() != SecretClientException.Reason.REFUSED) {
            throw e;
          }
          Messages.say(name, e);
          code = code == ExitCode.OK ? ExitCode.of(e) : code;
        }
      }
    }
    return code;
  }
}

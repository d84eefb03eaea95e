package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** {@code secmemctl source}: variables for a shell that evaluates them. */
final class SourceCommand {
  private static final int FIRST_BYTES = 4096;

  private SourceCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    arguments.refuseBoth(DailySyntax.STRICT, DailySyntax.LENIENT);
    Map<String, String> variables = variables(arguments);
    try (SecretClient client = AgentConnection.open(arguments);
        LockedBytes value = LockedBytes.withRoomFor(FIRST_BYTES);
        LockedBytes lines = LockedBytes.withRoomFor(FIRST_BYTES)) {
      WantedSecrets wanted =
          new WantedSecrets(
              client,
              arguments.has(DailySyntax.LENIENT),
              "nothing is printed; --lenient goes on without what is missing");
      Set<String> present = wanted.present(new LinkedHashSet<>(variables.values()));
      for (Map.Entry<String, String> variable : variables.entrySet()) {
        String name = variable.getValue();
        try (Delivery delivery = present.contains(name) ? wanted.get(name) : null) {
          if (delivery != null) {
            value.add(delivery);
            addLine(variable.getKey(), name, value, lines);
            value.clear();
          }
        }
      }
      // All at once: a shell that evaluates half of it would go on with half of the secrets.
      Stdout.INSTANCE.write(lines.all());
    }
  }

  private static void addLine(String variable, String name, LockedBytes value, LockedBytes lines)
      throws CtlException, LinuxException, IOException {
    lines.add("export " + variable + "=");
    if (!ShellQuoting.add(value, 0, value.size(), lines)) {
      throw new CtlException(
          ExitCode.FAILED,
          name
              + " holds a NUL byte, which no variable can; nothing is printed; use 'secmemctl exec"
              + " --file' for it");
    }
    lines.add((byte) '\n');
  }

  /** The secret's name for each variable, in the order of the operands. */
  private static Map<String, String> variables(Arguments arguments) throws UsageException {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String operand : arguments.operands()) {
      int equals = operand.indexOf('=');
      String name = Arguments.checkedName(operand.substring(equals + 1));
      String variable =
          equals < 0
              ? VariableName.of(name.substring(name.lastIndexOf('/') + 1))
              : VariableName.checked(operand.substring(0, equals));
      if (variable.isEmpty()) {
        throw new UsageException("no variable can be named after '" + name + "'; write K=" + name);
      }
      String other = variables.put(variable, name);
      if (other != null) {
        throw new UsageException(
            other + " and " + name + " would both become " + variable + "; write K=" + name);
      }
    }
    return variables;
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.OwnIdentity;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code secmemctl export}: all of the caller's own secrets as one object of JSON. */
final class ExportCommand {
  private static final int FIRST_BYTES = 64 * 1024;

  private ExportCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String prefix = arguments.operand() == null ? "" : Arguments.checkedName(arguments.operand());
    if (!arguments.has(DailySyntax.AS_JSON)) {
      throw new UsageException("write 'export --json': there is no other form");
    }
    if (!arguments.has(DailySyntax.OFF_TERMINAL) && !Terminal.isTerminal(Stdout.FD)) {
      throw new UsageException(
          "standard output is no terminal, and this would write every value to it; --force does");
    }
    try (SecretClient client = AgentConnection.open(arguments);
        LockedBytes value = LockedBytes.withRoomFor(FIRST_BYTES);
        LockedBytes text = LockedBytes.withRoomFor(FIRST_BYTES)) {
      List<String> names = names(client, prefix);
      try (Progress progress = new Progress("secrets read", names.size())) {
        addAll(client, names, value, text, progress);
      }
      Stdout.INSTANCE.write(text.all());
    }
  }

  private static void addAll(
      SecretClient client,
      List<String> names,
      LockedBytes value,
      LockedBytes text,
      Progress progress)
      throws SecretClientException, CtlException, LinuxException, IOException {
    // Leniently: one that expires meanwhile is not there to be exported.
    WantedSecrets wanted = new WantedSecrets(client, true, "");
    text.add("{");
    String separator = "\n  \"";
    int done = 0;
    for (String name : names) {
      try (Delivery delivery = wanted.getOwn(name)) {
        if (delivery != null) {
          value.clear();
          value.add(delivery);
          // Nothing in a name needs an escape.
          text.add(separator + name + "\": ");
          JsonValue.add(value.all(), text);
          separator = ",\n  \"";
        }
      }
      progress.done(++done);
    }
    text.add("\n}\n");
  }

  private static List<String> names(SecretClient client, String prefix)
      throws SecretClientException, LinuxException, IOException {
    List<String> names = new ArrayList<>();
    for (Map<String, Object> secret : SecretList.read(client, prefix)) {
      String name = (String) secret.get("name");
      if (!Long.valueOf(OwnIdentity.uid()).equals(secret.get("owner"))) {
        continue;
      }
      if (secret.get("reads_left") != null) {
        Messages.say("note: " + name + " is left out: to read it would use up one of its reads");
        continue;
      }
      names.add(name);
    }
    return names;
  }
}

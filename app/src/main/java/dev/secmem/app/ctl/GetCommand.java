package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretInfo;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.util.OptionalLong;

/** {@code secmemctl get}. */
final class GetCommand {
  private GetCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String name = Arguments.checkedName(arguments.operand());
    OptionalLong owner = owner(arguments);
    arguments.refuseBoth(CtlSyntax.JSON, CtlSyntax.OUTPUT);
    String file = arguments.value(CtlSyntax.OUTPUT);
    if (file != null) {
      writeFile(arguments, name, owner, file);
      return;
    }
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery delivery = client.get(name, owner)) {
      if (arguments.has(CtlSyntax.JSON)) {
        writeJson(delivery);
      } else if (DeliveryOutput.copy(delivery, Stdout.INSTANCE) != '\n'
          && Terminal.isTerminal(Stdout.FD)) {
        Stdout.write("\n");
      }
    }
  }

  private static void writeFile(Arguments arguments, String name, OptionalLong owner, String path)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    // The file first: a delivery counts, and one that cannot be kept would be lost.
    try (PrivateFile file = PrivateFile.open(path);
        SecretClient client = AgentConnection.open(arguments);
        Delivery delivery = client.get(name, owner)) {
      DeliveryOutput.copy(delivery, file);
      file.keep();
    }
  }

  /** The uid that --owner names, or empty. */
  static OptionalLong owner(Arguments arguments) throws UsageException {
    long owner = arguments.number(CtlSyntax.OWNER, 0, AgentConnection.MAX_UID);
    return owner < 0 ? OptionalLong.empty() : OptionalLong.of(owner);
  }

  private static void writeJson(Delivery delivery)
      throws SecretClientException, LinuxException, IOException {
    // Nothing in a name needs an escape.
    SecretInfo info = delivery.info();
    StringBuilder head = new StringBuilder();
    head.append("{\"name\":\"").append(info.name());
    head.append("\",\"owner\":").append(info.ownerUid());
    head.append(",\"version\":").append(info.version());
    head.append(",\"ttl_ms\":").append(info.ttlMillis());
    head.append(",\"size\":").append(delivery.sizeBytes());
    head.append(",\"value_base64\":\"");
    Stdout.write(head.toString());
    Base64Output.copy(delivery, Stdout.INSTANCE);
    Stdout.write("\"}\n");
  }
}

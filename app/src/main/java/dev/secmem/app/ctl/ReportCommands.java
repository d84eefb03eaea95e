package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretInfo;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The commands that show facts and no values: ls, stat, status, metrics, audit. */
final class ReportCommands {
  private static final int DEFAULT_AUDIT_LINES = 100;
  private static final int MAX_AUDIT_LINES = 10_000;

  private ReportCommands() {}

  static void list(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String prefix = arguments.operand() == null ? "" : Arguments.checkedName(arguments.operand());
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery list = client.list(prefix)) {
      if (arguments.has(CtlSyntax.JSON)) {
        DeliveryOutput.copy(list, Stdout.INSTANCE);
      } else {
        Stdout.write(ListTable.of(text(list)));
      }
    }
  }

  static void stat(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, IOException {
    String name = Arguments.checkedName(arguments.operand());
    try (SecretClient client = AgentConnection.open(arguments)) {
      SecretInfo info = client.stat(name, GetCommand.owner(arguments));
      Stdout.write(arguments.has(CtlSyntax.JSON) ? StatReport.json(info) : StatReport.of(info));
    }
  }

  static void status(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery status = client.status()) {
      if (arguments.has(CtlSyntax.JSON)) {
        if (DeliveryOutput.copy(status, Stdout.INSTANCE) != '\n') {
          Stdout.write("\n");
        }
      } else {
        Stdout.write(StatusReport.of(text(status)));
      }
    }
  }

  static void metrics(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery metrics = client.metrics()) {
      if (arguments.has(CtlSyntax.JSON)) {
        StringBuilder lines = new StringBuilder();
        MetricSample.of(text(metrics)).forEach(sample -> lines.append(sample.json()));
        Stdout.write(lines.toString());
      } else {
        DeliveryOutput.copy(metrics, Stdout.INSTANCE);
      }
    }
  }

  static void audit(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    long count = arguments.number(CtlSyntax.COUNT, 1, MAX_AUDIT_LINES);
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery audit = client.audit(count < 0 ? DEFAULT_AUDIT_LINES : (int) count)) {
      DeliveryOutput.copy(audit, Stdout.INSTANCE);
    }
  }

  /** A body that is no secret, as text. */
  static String text(Delivery delivery) throws SecretClientException, LinuxException, IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DeliveryOutput.copy(
        delivery,
        direct -> {
          byte[] bytes = new byte[direct.remaining()];
          direct.get(bytes);
          all.writeBytes(bytes);
        });
    return all.toString(StandardCharsets.UTF_8);
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.util.Map;

/**
 * What an agent says of its lock.
 *
 * @param mnemonic whether its root is a mnemonic; else it is random
 */
record LockState(boolean locked, boolean mnemonic) {

  /** Asks the agent. */
  static LockState ask(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (SecretClient client = AgentConnection.open(arguments);
        Delivery status = client.status()) {
      return of(ReportCommands.text(status));
    }
  }

  static LockState of(String status) throws CtlException {
    try {
      Map<String, Object> facts = Json.object(status.strip());
      return new LockState(
          Boolean.TRUE.equals(facts.get("locked")), "mnemonic".equals(facts.get("root")));
    } catch (IllegalArgumentException e) {
      throw new CtlException(ExitCode.FAILED, "the agent's status is no JSON");
    }
  }
}

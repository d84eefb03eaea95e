package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;

/** Asks an agent for what top shows, over one connection that is kept open. Confined. */
final class TopAgent implements AutoCloseable {
  /** A key must not wait longer for an agent that hangs. */
  private static final long TIMEOUT_MILLIS = 2000;

  private static final int AUDIT_LINES = 300;

  private final Arguments arguments;
  private SecretClient client;
  private boolean mayAudit = true;

  /** Connects. */
  TopAgent(Arguments arguments) throws SecretClientException, UsageException, CtlException {
    this.arguments = arguments;
    this.client = AgentConnection.open(arguments, TIMEOUT_MILLIS);
  }

  /** Asks; an agent that is gone is looked for again at each call. */
  void refresh(TopState state) throws UsageException, CtlException, LinuxException, IOException {
    try {
      if (client == null) {
        client = AgentConnection.open(arguments, TIMEOUT_MILLIS);
        mayAudit = true;
      }
      try (Delivery status = client.status()) {
        state.status(ReportCommands.text(status));
      }
      try (Delivery metrics = client.metrics()) {
        state.metrics(ReportCommands.text(metrics), System.nanoTime());
      }
      list(state);
      audit(state);
    } catch (SecretClientException e) {
      close();
      state.gone(e.getMessage() + "; trying again");
    }
  }

  private void list(TopState state) throws SecretClientException, LinuxException, IOException {
    try (Delivery list = client.list("")) {
      state.list(ReportCommands.text(list));
    } catch (SecretClientException e) {
      if (e.code().isEmpty()) {
        throw e;
      }
      boolean locked = e.code().get() == ErrorCode.LOCKED;
      state.listRefused(e.getMessage() + (locked ? "; 'secmemctl unlock' unlocks it" : ""));
    }
  }

  private void audit(TopState state) throws SecretClientException, LinuxException, IOException {
    if (!mayAudit) {
      return;
    }
    try (Delivery audit = client.audit(AUDIT_LINES)) {
      state.audit(ReportCommands.text(audit));
    } catch (SecretClientException e) {
      if (e.code().isEmpty() || e.code().get() != ErrorCode.DENIED) {
        throw e;
      }
      // Asked once for each connection: each denial is a line in the audit.
      mayAudit = false;
      state.auditRefused();
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}

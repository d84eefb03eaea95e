package dev.secmem.app.ctl;

import dev.secmem.api.Availability;
import dev.secmem.api.client.ClientOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.transport.TransportProvider;
import dev.secmem.app.cli.UsageException;
import java.util.Iterator;
import java.util.ServiceLoader;
import java.util.Set;

/** The way to the agent: whatever transport is on the path. */
final class AgentConnection {
  /** The largest uid that means somebody; the next number means nobody at all. */
  static final long MAX_UID = 4294967294L;

  private AgentConnection() {}

  /** Connects to the agent that the common options name; the caller closes. */
  static SecretClient open(Arguments arguments)
      throws SecretClientException, UsageException, CtlException {
    return open(arguments, ClientOptions.DEFAULT_TIMEOUT_MILLIS);
  }

  /** The same with another time that a reply may take. */
  static SecretClient open(Arguments arguments, long timeoutMillis)
      throws SecretClientException, UsageException, CtlException {
    long uid = arguments.number(CtlSyntax.AGENT_UID, 0, MAX_UID);
    Set<Long> trusted = uid < 0 ? Set.of() : Set.of(uid);
    return transport()
        .connect(new ClientOptions(arguments.value(CtlSyntax.SOCKET), trusted, timeoutMillis));
  }

  /** The first that works. Looking no further than that keeps other jars closed. */
  private static TransportProvider transport() throws CtlException {
    String failures = "";
    Iterator<TransportProvider> found = ServiceLoader.load(TransportProvider.class).iterator();
    while (found.hasNext()) {
      TransportProvider provider = found.next();
      Availability availability = provider.availability();
      if (availability.isAvailable()) {
        return provider;
      }
      failures = failures + "; " + provider.name() + ": " + availability.reason();
    }
    throw new CtlException(ExitCode.FAILED, "no transport plugin works here" + failures);
  }
}

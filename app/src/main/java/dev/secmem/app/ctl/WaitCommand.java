package dev.secmem.app.ctl;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.client.SecretClientException.Reason;
import dev.secmem.app.cli.Duration;
import dev.secmem.app.cli.UsageException;
import java.util.OptionalLong;

/** {@code secmemctl wait}: looks again and again, ever less often, until there is a secret. */
final class WaitCommand {
  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private final Arguments arguments;
  private final String name;
  private final OptionalLong owner;

  /** Null while there is none: the agent may come later, or come back. */
  private SecretClient client;

  private WaitCommand(Arguments arguments) throws UsageException {
    this.arguments = arguments;
    this.name = Arguments.checkedName(arguments.operand());
    this.owner = GetCommand.owner(arguments);
  }

  static void run(Arguments arguments) throws SecretClientException, UsageException, CtlException {
    WaitCommand command = new WaitCommand(arguments);
    String text = arguments.value(DailySyntax.TIMEOUT);
    long timeout = text == null ? Long.MAX_VALUE : Duration.parseMillis(text);
    long start = System.nanoTime();
    long pause = FIRST_PAUSE_MILLIS;
    try {
      SecretClientException failure;
      while ((failure = command.look()) != null) {
        long left = timeout - (System.nanoTime() - start) / 1_000_000;
        if (left <= 0) {
          // The last look's exit code says what was missing: the secret, or the agent.
          Messages.say("waited " + text + " for " + command.name);
          throw failure;
        }
        sleep(Math.min(pause, left));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    } finally {
      command.disconnect();
    }
  }

  /**
   * Looks once.
   *
   * @return null if there is the secret; else why not
   * @throws SecretClientException if no waiting will change it
   */
  private SecretClientException look() throws SecretClientException, UsageException, CtlException {
    try {
      client = client == null ? AgentConnection.open(arguments) : client;
      client.stat(name, owner);
      return null;
    } catch (SecretClientException e) {
      if (!isWorthWaiting(e)) {
        throw e;
      }
      if (endsConnection(e)) {
        disconnect();
      }
      return e;
    }
  }

  private void disconnect() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** A denial or a stranger at the socket will not become a secret. */
  private static boolean isWorthWaiting(SecretClientException failure) {
    if (failure.reason() != Reason.REFUSED) {
      return failure.reason() == Reason.NO_AGENT;
    }
    switch (failure.code().orElse(ErrorCode.INTERNAL)) {
      case NOT_FOUND:
      case EXPIRED:
      case LOCKED:
      case BUSY:
        return true;
      default:
        return false;
    }
  }

  private static boolean endsConnection(SecretClientException failure) {
    return failure.reason() != Reason.REFUSED
        || failure.code().orElse(ErrorCode.INTERNAL) == ErrorCode.BUSY;
  }

  private static void sleep(long millis) throws CtlException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new CtlException(ExitCode.FAILED, "interrupted");
    }
  }
}

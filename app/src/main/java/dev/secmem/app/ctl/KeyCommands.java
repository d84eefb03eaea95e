package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;

/** Runs the commands of {@link KeySyntax}. */
final class KeyCommands {
  private KeyCommands() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try {
      dispatch(arguments);
    } catch (SecretClientException e) {
      CtlException told = KeyFailures.told(e);
      if (told == null) {
        throw e;
      }
      throw told;
    }
  }

  private static void dispatch(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    switch (arguments.command().name) {
      case "init":
        InitCommand.run(arguments);
        break;
      case "unlock":
        LockCommands.unlock(arguments);
        break;
      case "lock":
        LockCommands.lock(arguments);
        break;
      case "pubkey":
        PublicKeyCommand.run(arguments);
        break;
      case "sign":
        SignCommand.run(arguments);
        break;
      case "password":
        PasswordCommand.run(arguments);
        break;
      case "derive":
        DeriveCommand.run(arguments);
        break;
      default:
        EnvelopeCommands.run(arguments);
    }
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;

/** {@code secmemctl derive}. */
final class DeriveCommand {
  private DeriveCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    if (!arguments.has(KeySyntax.TYPE_NEEDED)) {
      throw new UsageException("derive needs --type T" + arguments.seeHelp());
    }
    KeyChoice choice = KeyChoice.of(arguments, KeySyntax.TYPE_NEEDED);
    KeyOutput.Form form = KeyOutput.form(arguments);
    if (!arguments.has(KeySyntax.FORCE_SHOW) && KeyOutput.isShown(arguments)) {
      throw new UsageException(
          "a private key is not shown on a terminal; give --output FILE, or --force");
    }
    KeyOutput.run(arguments, keys -> keys.derive(choice.path(), choice.type()), form);
  }
}

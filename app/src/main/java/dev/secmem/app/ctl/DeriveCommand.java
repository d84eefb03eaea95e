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
    boolean shown = KeyOutput.isShown(arguments);
    if (shown && !arguments.has(KeySyntax.FORCE_SHOW)) {
      throw new UsageException(
          "a private key is not shown on a terminal; give --output FILE, or --force");
    }
    boolean chosen = arguments.has(KeySyntax.HEX) || arguments.has(KeySyntax.BASE64);
    // Raw bytes would do a terminal no good.
    KeyOutput.Form form = shown && !chosen ? KeyOutput::hex : KeyOutput.form(arguments);
    KeyOutput.run(arguments, keys -> keys.derive(choice.path(), choice.type()), form);
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;

/** {@code secmemctl sign}. */
final class SignCommand {
  private SignCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    arguments.refuseBoth(CtlSyntax.JSON, KeySyntax.HEX);
    arguments.refuseBoth(CtlSyntax.JSON, KeySyntax.BASE64);
    KeyChoice choice = KeyChoice.of(arguments, KeySyntax.TYPE);
    KeyOutput.Form form = arguments.has(CtlSyntax.JSON) ? json(choice) : KeyOutput.form(arguments);
    boolean text =
        arguments.has(CtlSyntax.JSON)
            || arguments.has(KeySyntax.HEX)
            || arguments.has(KeySyntax.BASE64);
    if (!text && !arguments.has(KeySyntax.FORCE_RAW) && KeyOutput.isShown(arguments)) {
      throw new UsageException(
          "a signature is raw bytes, and this is a terminal; choose --hex, --base64, --output or"
              + " --force");
    }
    try (Value message = KeyInput.shown(arguments, "the message")) {
      KeyOutput.run(
          arguments, keys -> keys.sign(choice.path(), choice.type(), message.bytes()), form);
    }
  }

  private static KeyOutput.Form json(KeyChoice choice) {
    return (delivery, sink) -> {
      KeyOutput.text(sink, "{" + choice.json() + ",\"signature_base64\":\"");
      Base64Output.copy(delivery, sink);
      KeyOutput.text(sink, "\"}\n");
    };
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import java.io.IOException;
import java.util.HexFormat;

/** {@code secmemctl pubkey}. */
final class PublicKeyCommand {
  private static final CommandOption[] FORMS = {
    KeySyntax.HEX, KeySyntax.SSH, KeySyntax.PEM, CtlSyntax.JSON
  };

  private PublicKeyCommand() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, IOException {
    for (int i = 0; i < FORMS.length; i++) {
      for (int j = 0; j < i; j++) {
        arguments.refuseBoth(FORMS[j], FORMS[i]);
      }
    }
    KeyChoice choice = KeyChoice.of(arguments, KeySyntax.TYPE);
    if (arguments.has(KeySyntax.SSH) && !PublicKeyText.hasSshForm(choice.type())) {
      throw new UsageException(
          "OpenSSH knows no keys of type "
              + choice.type().wire()
              + "; --ssh takes ed25519 and nist256p1");
    }
    byte[] key;
    try (SecretClient client = AgentConnection.open(arguments)) {
      key = client.keys().publicKey(choice.path(), choice.type());
    }
    Stdout.write(text(arguments, choice, key));
  }

  private static String text(Arguments arguments, KeyChoice choice, byte[] key)
      throws CtlException {
    if (arguments.has(KeySyntax.PEM)) {
      return PublicKeyText.pem(choice.type(), key);
    }
    String hex = HexFormat.of().formatHex(key);
    if (arguments.has(CtlSyntax.JSON)) {
      return "{" + choice.json() + ",\"public_key_hex\":\"" + hex + "\"}\n";
    }
    if (!arguments.has(KeySyntax.SSH)) {
      return hex + "\n";
    }
    try {
      return PublicKeyText.ssh(choice.type(), key, "secmem:" + choice.path()) + "\n";
    } catch (IllegalArgumentException e) {
      throw new CtlException(ExitCode.FAILED, "the agent's answer: " + e.getMessage());
    }
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import java.io.IOException;
import java.util.OptionalLong;

/** {@code secmemctl encrypt}, {@code decrypt} and {@code rotate}. */
final class EnvelopeCommands {
  private static final long MAX_VERSION = (1L << 31) - 1;

  private EnvelopeCommands() {}

  static void run(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    switch (arguments.command().name) {
      case "encrypt":
        encrypt(arguments);
        break;
      case "decrypt":
        decrypt(arguments);
        break;
      default:
        rotate(arguments);
    }
  }

  private static void encrypt(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    long given = arguments.number(KeySyntax.KEY_VERSION, 0, MAX_VERSION);
    OptionalLong version = given < 0 ? OptionalLong.empty() : OptionalLong.of(given);
    try (Value plaintext = KeyInput.hidden(arguments, "what to encrypt (not shown): ")) {
      KeyOutput.run(arguments, keys -> keys.encrypt(plaintext.bytes(), version), KeyOutput::line);
    }
  }

  private static void decrypt(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    try (Value envelope = KeyInput.shown(arguments, "the envelope")) {
      KeyOutput.run(arguments, keys -> keys.decrypt(envelope.bytes()), KeyOutput::raw);
    }
  }

  private static void rotate(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    long version = arguments.number(KeySyntax.NEW_VERSION, 0, MAX_VERSION);
    if (version < 0) {
      throw new UsageException("rotate needs --key-version N" + arguments.seeHelp());
    }
    try (Value envelope = KeyInput.shown(arguments, "the envelope")) {
      KeyOutput.run(arguments, keys -> keys.rotate(envelope.bytes(), version), KeyOutput::line);
    }
  }
}

package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;

/** {@code secmemctl unlock} and {@code secmemctl lock}. */
final class LockCommands {
  private LockCommands() {}

  static void unlock(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    LockState state = LockState.ask(arguments);
    if (!state.locked()) {
      throw new CtlException(ExitCode.CONDITION, "the agent is unlocked already");
    }
    boolean asked = Terminal.isTerminal(KeyInput.STDIN);
    try (Value secret = asked ? askedSecret(state) : SecretLines.fromStdin();
        SecretClient client = AgentConnection.open(arguments)) {
      requireSome(secret);
      client.keys().unlock(secret.bytes());
    }
    if (asked) {
      Messages.say("the agent is unlocked");
    }
  }

  private static Value askedSecret(LockState state)
      throws LinuxException, IOException, CtlException {
    if (!state.mnemonic()) {
      return PromptedValue.read("passphrase: ", KeyInput.STDIN);
    }
    try (Value words = PromptedValue.read("mnemonic: ", KeyInput.STDIN)) {
      requireSome(words);
      try (Value passphrase = PromptedValue.read("passphrase (empty for none): ", KeyInput.STDIN)) {
        return SecretLines.join(words.bytes(), passphrase.bytes());
      }
    }
  }

  static void lock(Arguments arguments)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    LockState state = LockState.ask(arguments);
    if (state.locked()) {
      Messages.say("note: the agent is locked already");
      return;
    }
    boolean asked = Terminal.isTerminal(KeyInput.STDIN);
    if (state.mnemonic()) {
      try (SecretClient client = AgentConnection.open(arguments)) {
        client.keys().lock();
      }
    } else {
      try (Value passphrase = asked ? askedTwice() : SecretLines.fromStdin();
          SecretClient client = AgentConnection.open(arguments)) {
        requireSome(passphrase);
        client.keys().lock(passphrase.bytes());
      }
    }
    if (asked) {
      Messages.say("the agent is locked; 'secmemctl unlock' unlocks it");
    }
  }

  private static Value askedTwice() throws LinuxException, IOException, CtlException {
    Value first = PromptedValue.read("new passphrase: ", KeyInput.STDIN);
    boolean taken = false;
    try {
      requireSome(first);
      try (Value again = PromptedValue.read("the same again: ", KeyInput.STDIN)) {
        if (!SecretLines.equal(first.bytes(), again.bytes())) {
          throw new CtlException(
              ExitCode.FAILED, "the two passphrases differ; the agent is as it was");
        }
      }
      taken = true;
      return first;
    } finally {
      if (!taken) {
        first.close();
      }
    }
  }

  /** An empty one would lock nothing up, and unlocks nothing. */
  private static void requireSome(Value secret) throws CtlException {
    ByteBuffer bytes = secret.bytes();
    if (!bytes.hasRemaining()) {
      throw new CtlException(ExitCode.FAILED, "nothing was given; the agent is as it was");
    }
  }
}

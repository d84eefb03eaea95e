package dev.secmem.app.ctl;

import dev.secmem.api.client.SecretClientException;
import dev.secmem.app.cli.UsageException;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.Terminal;
import java.io.IOException;

/** Where the commands on keys take what they work on. */
final class KeyInput {
  static final int STDIN = 0;

  private KeyInput() {}

  /** What is no secret: {@code --input} or standard input, to its end, also from a terminal. */
  static Value shown(Arguments arguments, String what)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String file = arguments.value(KeySyntax.INPUT);
    if (file != null) {
      return FileValue.read(file);
    }
    if (Terminal.isTerminal(STDIN)) {
      // Nobody should type only to hear that there is no agent.
      AgentConnection.open(arguments).close();
      Messages.say("type " + what + ", then Ctrl-D on a line of its own; line ends count");
    }
    return StdinValue.read(STDIN);
  }

  /** What is secret: as {@link #shown}, but a terminal is asked for one line that is not shown. */
  static Value hidden(Arguments arguments, String question)
      throws SecretClientException, UsageException, CtlException, LinuxException, IOException {
    String file = arguments.value(KeySyntax.INPUT);
    if (file != null) {
      return FileValue.read(file);
    }
    if (Terminal.isTerminal(STDIN)) {
      AgentConnection.open(arguments).close();
      return PromptedValue.read(question, STDIN);
    }
    return StdinValue.read(STDIN);
  }
}

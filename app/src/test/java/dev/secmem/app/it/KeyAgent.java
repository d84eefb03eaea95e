package dev.secmem.app.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent of the distribution for tests of the commands on keys, and secmemctl against it. */
final class KeyAgent implements AutoCloseable {
  /** BIP39's first test sentence. */
  static final String MNEMONIC = "abandon ".repeat(11) + "about";

  /** Another one that is valid. */
  static final String OTHER_MNEMONIC =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";

  private final AgentProcess agent;

  private KeyAgent(String... arguments) {
    agent = AgentProcess.with(arguments).start();
  }

  /** Its root is a mnemonic, and it is locked. */
  static KeyAgent locked(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--root", "mnemonic"));
    arguments.addAll(List.of(more));
    return new KeyAgent(arguments.toArray(new String[0]));
  }

  /** Its root is {@link #MNEMONIC}, without a passphrase, and it is unlocked. */
  static KeyAgent unlocked(String... more) {
    KeyAgent agent = locked(more);
    agent.expect(0, agent.ctl(MNEMONIC, "unlock"));
    return agent;
  }

  static KeyAgent random() {
    return new KeyAgent();
  }

  String socket() {
    return agent.socket();
  }

  /** Runs secmemctl with that on standard input, which is no terminal. */
  Programs.Result ctl(String input, String... arguments) {
    List<String> words = new ArrayList<>(List.of(Distribution.ctl()));
    words.addAll(List.of(arguments));
    return Programs.run(Map.of("SECMEM_SOCK", socket()), input, words.toArray(new String[0]));
  }

  /** What a command without input prints; it must do well and say nothing else. */
  String text(String... arguments) {
    return text(ctl("", arguments));
  }

  static String text(Programs.Result result) {
    if (result.code() != 0 || !result.err().isEmpty()) {
      throw new AssertionError(result.code() + ": " + result.err());
    }
    return result.text();
  }

  /** Checks the exit code; a failure has a message, and nothing on standard output. */
  String expect(int code, Programs.Result result) {
    if (result.code() != code || (code != 0 && !result.text().isEmpty())) {
      throw new AssertionError(
          "not " + code + " but " + result.code() + ": " + result.err() + result.text());
    }
    if (code != 0 && (!result.err().startsWith("secmemctl: ") || result.err().contains("\tat "))) {
      throw new AssertionError("no message: " + result.err());
    }
    return result.err();
  }

  /** A shell command on a terminal. */
  TerminalSession terminal(String command) {
    return new TerminalSession(socket(), command);
  }

  @Override
  public void close() {
    agent.close();
  }
}

package dev.secmem.app.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.secmem.app.ctl.CtlAgent.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion scripts of the distribution, in real shells. */
final class CompletionIT {
  private static final Path SHARE = CtlAgent.HOME.resolve("share");
  private static final Path BASH = SHARE.resolve("bash-completion/completions/secmemctl");
  private static final Path ZSH = SHARE.resolve("zsh/site-functions/_secmemctl");
  private static final Path FISH = SHARE.resolve("fish/vendor_completions.d/secmemctl.fish");

  /** Asks the function as bash does, for a line that ends where the cursor is. */
  private static final String ASK =
      """
      source "$1"
      compopt() { :; } # works in a completion only
      COMP_LINE=$2 COMP_POINT=${#2}
      read -ra words <<<"$2"
      last=; [[ $2 == *' ' ]] || last=${words[-1]}
      "_${3//-/_}" "$3" "${last##*[:=]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  private static CtlAgent agent;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    agent = new CtlAgent(home);
    for (String name : new String[] {"db/one", "db/two", "wi:th@at+plus"}) {
      assertEquals(0, agent.run(bytes("value of " + name), "put", name).code());
    }
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void bashKnowsEveryCommandAndEveryOption() throws Exception {
    List<String> commands = new ArrayList<>();
    for (CommandSyntax command : CtlSyntax.all()) {
      commands.add(command.name);
      List<String> options = bash("secmemctl " + command.name + " -");
      for (CommandOption option : command.options) {
        assertTrue(options.contains(option.name), command.name + " " + option.name + options);
      }
      assertTrue(options.contains("--socket"), command.name);
    }
    assertEquals(commands, bash("secmemctl "));
    assertEquals(List.of("--socket"), bash("secmemctl --s"));
  }

  @Test
  void bashKnowsNamesOfSecrets() throws Exception {
    assertEquals(List.of("db/one", "db/two"), bash("secmemctl get d"));
    assertEquals(List.of("db/one", "db/two", "wi:th@at+plus"), bash("secmemctl rm db/one "));
    assertEquals(List.of("db/two"), bash("secmemctl --socket " + agent.socket() + " stat db/t"));
    assertEquals(List.of(), bash("secmemctl --socket /nonexistent stat db/t"));
    assertEquals(List.of("th@at+plus"), bash("secmemctl get wi:t"), "what follows bash's own cut");
    assertEquals(List.of(), bash("secmemctl get none"));
  }

  @Test
  void bashKnowsWordsThatTheHelpLists() throws Exception {
    assertEquals(List.of("ed25519", "secp256k1", "nist256p1"), bash("secmemctl sign x --type "));
    assertEquals(List.of("ed25519"), bash("secmemctl sign x --type=ed"));
    assertTrue(bash("secmemctl put x --allow ").containsAll(List.of("uid:", "gid:")));
    assertEquals(List.of("bash", "zsh", "fish"), bash("secmemctl completion "));
    assertEquals(List.of("identity", "device:", "ssh-host", "ethereum"), bash("secmemctl pubkey "));
    String file = CtlAgent.CTL.toString();
    String begun = file.substring(0, file.length() - 1);
    assertEquals(List.of(file), bash("secmemctl put x --from-file " + begun));
  }

  @Test
  void bashCompletesTheAgentToo() throws Exception {
    Path script = SHARE.resolve("bash-completion/completions/secmem-agent");
    assertTrue(bash(script, "secmem-agent --so").contains("--socket"));
    assertEquals(List.of("all", "changes", "denied"), bash(script, "secmem-agent --audit "));
    assertEquals(List.of("mnemonic"), bash(script, "secmem-agent --root m"));
    assertEquals(List.of("plugins"), bash(script, "secmem-agent plug"));
    assertEquals(List.of("selftest"), bash(script, "secmem-agent self"));
    assertTrue(bash(script, "secmem-agent -- printf").contains("printf"));
  }

  @Test
  void aTypedTabCompletesInBash() throws Exception {
    assumeTrue(TmuxSession.isThere(), "needs tmux");
    typed("exec bash --norc", "source '" + BASH + "'");
  }

  @Test
  void aTypedTabCompletesInZsh() throws Exception {
    assumeTrue(TmuxSession.isThere(), "needs tmux");
    String zsh = System.getProperty("secmem.zsh", "zsh");
    assumeTrue(
        agent.runProgram(new byte[0], List.of("/bin/sh", "-c", "command -v " + zsh)).code() == 0,
        "needs zsh");
    typed(
        "exec " + zsh + " -f",
        System.getProperty("secmem.zsh.setup", ":")
            + "; autoload -U compinit; compinit -u -D; source '"
            + ZSH
            + "'");
  }

  @Test
  void fishCompletes() throws Exception {
    String fish = System.getProperty("secmem.fish", "fish");
    List<String> words = List.of("/bin/sh", "-c", "command -v " + fish);
    assumeTrue(agent.runProgram(new byte[0], words).code() == 0, "needs fish");
    assertTrue(fish(fish, "secmemctl do").startsWith("doctor\tTell what protects"));
    assertEquals("db/one\ndb/two\n", fish(fish, "secmemctl get d"));
    assertEquals("wi:th@at+plus\n", fish(fish, "secmemctl get wi:"));
    assertTrue(fish(fish, "secmemctl put x --if-").contains("--if-absent\t"));
    assertTrue(fish(fish, "secmemctl sign x --type n").startsWith("nist256p1"));
  }

  @Test
  void everyScriptIsWhatTheCommandPrints() throws Exception {
    assertEquals(Files.readString(BASH), agent.run("completion").text());
    assertEquals(Files.readString(BASH), agent.run("completion", "bash").text());
    assertEquals(Files.readString(ZSH), agent.run("completion", "zsh").text());
    assertEquals(Files.readString(FISH), agent.run("completion", "fish").text());
    Result other = agent.run("completion", "tcsh");
    assertEquals(2, other.code());
    assertTrue(other.err().contains("bash, zsh and fish"), other.err());
  }

  /** Types a line with tabs in an interactive shell; the command that comes out is run. */
  private void typed(String shell, String setup) throws Exception {
    Path folder = Files.createTempDirectory("secmem-tab");
    try (TmuxSession terminal = new TmuxSession(agent, folder, 100, 30)) {
      terminal.enter(shell);
      terminal.enter("PATH='" + CtlAgent.HOME.resolve("bin") + "':$PATH; " + setup);
      terminal.enter("clear; echo rea''dy");
      terminal.await("ready", s -> s.contains("ready"));
      terminal.press("secmemctl comple");
      terminal.press("Tab");
      terminal.await("the command", s -> s.contains("secmemctl completion"));
      terminal.press("C-u");
      terminal.press("secmemctl get ");
      terminal.press("wi:th");
      terminal.press("Tab");
      terminal.await("the name", s -> s.contains("secmemctl get wi:th@at+plus"));
      terminal.press("Enter");
      String screen = terminal.await("the value", s -> s.contains("value of wi:th@at+plus"));
      assertFalse(screen.contains("no such key"), screen);
    } finally {
      Files.deleteIfExists(folder.resolve("t"));
      Files.delete(folder);
    }
  }

  private static List<String> bash(String line) throws Exception {
    return bash(BASH, line);
  }

  private static List<String> bash(Path script, String line) throws Exception {
    String program = line.substring(0, line.indexOf(' '));
    // The script asks the program that stands on the line.
    String path = "PATH='" + CtlAgent.HOME.resolve("bin") + "':$PATH\n";
    Result result =
        agent.runProgram(
            new byte[0],
            List.of("bash", "--norc", "-c", path + ASK, "ask", script + "", line, program));
    assertEquals("", result.err());
    return Arrays.stream(result.text().split("\n")).filter(word -> !word.isEmpty()).toList();
  }

  private static String fish(String fish, String line) throws Exception {
    String command =
        "set -x PATH '"
            + CtlAgent.HOME.resolve("bin")
            + "' $PATH; source '"
            + FISH
            + "'; complete -C '"
            + line
            + "'";
    return agent.runProgram(new byte[0], List.of(fish, "--no-config", "-c", command)).text();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code init}, {@code unlock} and {@code lock}, from pipes and on terminals. */
class LockCommandsIT {
  private static final String PASSPHRASE = "zwei W\u00f6rter";

  /** The identity of {@link KeyAgent#MNEMONIC} with the passphrase TREZOR. */
  private static final String TREZOR_IDENTITY =
      "51d5edf75f95a8457f4877803cf7bf72fdafe60b5da3190f91a3d9e5f9c7d96a";

  private static String quoted(String arguments) {
    return "'" + Distribution.ctl() + "' " + arguments;
  }

  @Test
  void theMnemonicAndItsPassphraseComeFromAPipe() {
    try (KeyAgent agent = KeyAgent.locked()) {
      String message = agent.expect(6, agent.ctl("", "pubkey", "identity"));
      assertTrue(message.contains("run 'secmemctl unlock'"), message);
      agent.expect(6, agent.ctl("", "get", "k"));
      agent.expect(6, agent.ctl("x", "encrypt"));
      agent.expect(1, agent.ctl("", "unlock"));
      agent.expect(1, agent.ctl("\n", "unlock"));
      assertEquals("", KeyAgent.text(agent.ctl(KeyAgent.MNEMONIC + "\nTREZOR\n", "unlock")));
      assertEquals(TREZOR_IDENTITY + "\n", agent.text("pubkey", "identity"));
      message = agent.expect(8, agent.ctl(KeyAgent.MNEMONIC, "unlock"));
      assertEquals("secmemctl: the agent is unlocked already\n", message);
      assertEquals("", agent.text("lock"));
      assertTrue(agent.ctl("", "lock").err().contains("locked already"));
      assertEquals(0, agent.ctl("", "lock").code(), "twice is fine");
      agent.expect(6, agent.ctl("", "pubkey", "identity"));
    }
  }

  @Test
  void aWrongKeyIsFiveAndMustWait() {
    try (KeyAgent agent = KeyAgent.unlocked()) {
      assertEquals("", KeyAgent.text(agent.ctl("value", "put", "k")));
      assertEquals("", agent.text("lock"));
      String message =
          agent.expect(1, agent.ctl(KeyAgent.MNEMONIC.replace("about", "abuot"), "unlock"));
      assertTrue(message.contains("word 12 ") && !message.contains("abuot"), message);
      message = agent.expect(5, agent.ctl(KeyAgent.OTHER_MNEMONIC, "unlock"));
      assertFalse(message.contains("retry_ms"), message);
      // On a slow machine the next one may come after the pause: then there is another, twice as
      // long.
      do {
        message = agent.expect(5, agent.ctl(KeyAgent.OTHER_MNEMONIC, "unlock"));
      } while (!message.contains("; try again in "));
      assertTrue(message.matches("(?s).*; try again in [0-9]+ s.*"), message);
      Await.until("the pause is over", () -> agent.ctl(KeyAgent.MNEMONIC, "unlock").code() == 0);
      assertEquals("value", agent.text("get", "k"));
    }
  }

  @Test
  void aRandomRootIsLockedWithAPassphrase() {
    try (KeyAgent agent = KeyAgent.random()) {
      assertEquals("", KeyAgent.text(agent.ctl("value", "put", "k")));
      agent.expect(8, agent.ctl("", "pubkey", "identity"));
      agent.expect(8, agent.ctl("", "unlock"));
      agent.expect(1, agent.ctl("", "lock"));
      agent.expect(1, agent.ctl("\n", "lock"));
      assertEquals("value", agent.text("get", "k"), "nothing was locked with nothing");
      assertEquals("", KeyAgent.text(agent.ctl(PASSPHRASE + "\n", "lock")));
      agent.expect(6, agent.ctl("", "get", "k"));
      agent.expect(5, agent.ctl("zwei", "unlock"));
      Await.sleep(1100);
      assertEquals("", KeyAgent.text(agent.ctl(PASSPHRASE, "unlock")));
      assertEquals("value", agent.text("get", "k"));
    }
  }

  @Test
  void aMnemonicIsAskedForAndNotShown() {
    Needs.program("script");
    try (KeyAgent agent = KeyAgent.locked()) {
      try (TerminalSession session = agent.terminal(quoted("unlock") + "; echo code $?; stty -a")) {
        session.awaitText("mnemonic: ");
        session.type(KeyAgent.MNEMONIC + "\n");
        session.awaitText("passphrase (empty for none): ");
        session.type("TREZOR\n");
        String shown = session.awaitEnd();
        assertTrue(shown.contains("the agent is unlocked\r\ncode 0"), shown);
        assertFalse(shown.contains("abandon") || shown.contains("TREZOR"), shown);
        assertTrue(shown.contains(" echo "), "echo is back: " + shown);
      }
      assertEquals(TREZOR_IDENTITY + "\n", agent.text("pubkey", "identity"));
      try (TerminalSession session = agent.terminal(quoted("lock") + "; echo code $?")) {
        String shown = session.awaitEnd();
        assertTrue(shown.contains("the agent is locked"), shown);
        assertTrue(shown.contains("code 0"), shown);
      }
      try (TerminalSession session = agent.terminal(quoted("unlock") + "; echo code $?")) {
        session.awaitText("mnemonic: ");
        session.type("\n");
        assertTrue(session.awaitEnd().contains("nothing was given"));
      }
    }
  }

  @Test
  void aPassphraseIsAskedForTwice() {
    Needs.program("script");
    try (KeyAgent agent = KeyAgent.random()) {
      try (TerminalSession session = agent.terminal(quoted("lock") + "; echo code $?")) {
        session.awaitText("new passphrase: ");
        session.type(PASSPHRASE + "\n");
        session.awaitText("the same again: ");
        session.type(PASSPHRASE + "!\n");
        String shown = session.awaitEnd();
        assertTrue(shown.contains("the two passphrases differ"), shown);
        assertTrue(shown.contains("code 1"), shown);
      }
      assertEquals(8, agent.ctl("", "unlock").code(), "it is not locked");
      try (TerminalSession session = agent.terminal(quoted("lock") + "; echo code $?")) {
        session.awaitText("new passphrase: ");
        session.type(PASSPHRASE + "\n");
        session.awaitText("the same again: ");
        session.type(PASSPHRASE + "\n");
        assertTrue(session.awaitEnd().contains("code 0"));
      }
      try (TerminalSession session = agent.terminal(quoted("unlock") + "; echo code $?")) {
        session.awaitText("passphrase: ");
        session.type(PASSPHRASE + "\n");
        String shown = session.awaitEnd();
        assertTrue(shown.contains("code 0"), shown);
        assertFalse(shown.contains("zwei") || shown.contains("mnemonic"), shown);
      }
    }
  }

  @Test
  void whatWasTypedIsInNoArgumentAndNoEnvironment() throws Exception {
    Needs.program("script");
    try (KeyAgent agent = KeyAgent.locked();
        TerminalSession session = agent.terminal(quoted("unlock"))) {
      session.awaitText("mnemonic: ");
      session.type(KeyAgent.MNEMONIC + "\n");
      session.awaitText("passphrase (empty for none): ");
      String all = processes(session.pid());
      assertTrue(all.contains("CtlMain\0unlock\0"), "the control: the command is found");
      assertTrue(all.contains("SECMEM_SOCK=" + agent.socket()), "and its environment");
      assertFalse(all.contains("abandon"), "the mnemonic is in an argument or environment");
      session.type("\n");
      assertTrue(session.awaitEnd().contains("the agent is unlocked"));
      agent.expect(2, agent.ctl("", "unlock", "abandon", "about"));
      assertFalse(agent.ctl("", "unlock", "abandon").err().contains("abandon"), "not repeated");
    }
  }

  /** The command lines and environments of a process and its descendants. */
  private static String processes(long pid) throws Exception {
    StringBuilder all = new StringBuilder();
    var descendants = ProcessHandle.of(pid).orElseThrow().descendants();
    for (long each : descendants.mapToLong(ProcessHandle::pid).toArray()) {
      for (String file : new String[] {"cmdline", "environ"}) {
        byte[] bytes = Files.readAllBytes(Path.of("/proc/" + each, file));
        all.append(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return all.toString();
  }

  @Test
  void aNewMnemonicIsShownOnATerminalOnly() {
    Needs.program("script");
    try (KeyAgent agent = KeyAgent.locked()) {
      String message = agent.expect(2, agent.ctl("", "init"));
      assertTrue(message.contains("--force"), message);
      String shown;
      try (TerminalSession session = agent.terminal(quoted("init --words 12") + "; echo code $?")) {
        shown = session.awaitEnd();
      }
      assertTrue(shown.contains("code 0"), shown);
      assertTrue(shown.contains("secmem-agent --root mnemonic"), "what to do next: " + shown);
      StringBuilder words = new StringBuilder();
      for (int i = 1; i <= 12; i++) {
        var found =
            java.util.regex.Pattern.compile("\\b" + i + "\\. ([a-z]{3,8})\\b").matcher(shown);
        assertTrue(found.find(), i + ": " + shown);
        words.append(found.group(1)).append(' ');
      }
      assertEquals("", KeyAgent.text(agent.ctl(words.toString(), "unlock")), "it is a mnemonic");
    }
  }

  @Test
  void aNewMnemonicIsPlainElsewhere() {
    try (KeyAgent agent = KeyAgent.locked()) {
      for (int words : new int[] {12, 15, 18, 21, 24}) {
        String text = agent.ctl("", "init", "--force", "--words", words + "").text();
        assertTrue(text.matches("([a-z]+ ){" + (words - 1) + "}[a-z]+\n"), text);
      }
      agent.expect(2, agent.ctl("", "init", "--force", "--words", "13"));
      Programs.Result init = agent.ctl("", "init", "--force");
      assertTrue(init.err().contains("secmemctl unlock"), init.err());
      assertFalse(init.text().equals(agent.ctl("", "init", "--force").text()), "two are not equal");
      assertEquals("", KeyAgent.text(agent.ctl(init.text(), "unlock")));
      String json = agent.ctl("", "init", "--force", "--json", "--words", "15").text();
      assertEquals(java.util.List.of("words", "mnemonic"), Json.keys(json));
      assertEquals(15, Json.value(json, "mnemonic").split(" ").length);
    }
  }

  @Test
  void rawBytesAndPrivateKeysAreKeptFromTerminals() {
    Needs.program("script");
    try (KeyAgent agent = KeyAgent.unlocked("--allow-derive")) {
      String sign = quoted("sign identity") + " </dev/null; echo code $?; ";
      String derive = quoted("derive identity --type ed25519");
      String both = sign + derive + "; echo code $?; " + derive + " --force";
      try (TerminalSession session = agent.terminal(both)) {
        String shown = session.awaitEnd();
        assertTrue(shown.contains("choose --hex, --base64, --output or --force\r\ncode 2"), shown);
        assertTrue(
            shown.contains("not shown on a terminal; give --output FILE, or --force"), shown);
        assertTrue(
            shown.endsWith(
                "code 2\r\n603aa5c626317fda4afd87b902e5c9de76c33f40834005245e1c5a675e92d700\r\n"),
            shown);
      }
    }
  }

  @Test
  void plaintextIsAskedForAndMessagesAreTyped() {
    Needs.program("script");
    try (KeyAgent agent = KeyAgent.unlocked()) {
      String sealed;
      try (TerminalSession session = agent.terminal(quoted("encrypt"))) {
        session.awaitText("what to encrypt (not shown): ");
        session.type("typed text\n");
        sealed = session.awaitEnd();
      }
      assertFalse(sealed.contains("typed text"), sealed);
      String envelope = sealed.substring(sealed.indexOf('{'), sealed.indexOf('}') + 1);
      assertEquals("typed text", KeyAgent.text(agent.ctl(envelope, "decrypt")));
      try (TerminalSession session = agent.terminal(quoted("sign identity --hex"))) {
        session.awaitText("then Ctrl-D");
        session.type("hello\n\004");
        String hex = KeyAgent.text(agent.ctl("hello\n", "sign", "identity", "--hex")).strip();
        assertTrue(session.awaitEnd().contains(hex));
      }
      try (TerminalSession session =
          agent.terminal(
              quoted("sign identity --hex --socket /nonexistent/s") + "; echo code $?")) {
        String shown = session.awaitEnd();
        assertTrue(shown.contains("code 7") && !shown.contains("Ctrl-D"), shown);
      }
    }
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of an agent that is locked and unlocked. */
class LockIT {
  private static final List<String> SERVED_LOCKED =
      List.of("WHOAMI", "HELLO", "STATUS", "METRICS", "AUDIT", "LOCK");
  private static final List<String> REFUSED_LOCKED =
      List.of(
          "GRANT a uid:1",
          "REVOKE a uid:1",
          "RENAME a b",
          "EXPLAIN a 1",
          "GET a",
          "STAT a",
          "TOUCH a 5",
          "DEL a",
          "LIST",
          "PUBKEY m/0' ed25519",
          "PASSWORD example.com 20",
          "DERIVE m/0' ed25519");
  private static final List<String> REFUSED_LOCKED_WITH_BODY =
      List.of("PUT a 60000", "SIGN m/0' ed25519", "ENCRYPT", "DECRYPT", "ROTATE 2");

  private static AgentProcess mnemonicAgent(String... more) {
    return AgentProcess.with("--root", "mnemonic").arguments(more).start();
  }

  private static void assertLocked(RawClient client, boolean locked) {
    assertEquals(locked ? "1" : "0", client.ask("HELLO").field("locked"));
    assertTrue(client.ask("STATUS").text().contains("\"locked\":" + locked + ","));
  }

  @Test
  void aMnemonicsAgentStartsLockedAndServesWhatNeedsNoKey() {
    try (AgentProcess agent = mnemonicAgent();
        RawClient client = agent.connect()) {
      assertLocked(client, true);
      assertTrue(client.ask("STATUS").text().contains("\"root\":\"mnemonic\""));
      for (String line : SERVED_LOCKED) {
        assertEquals("ok", client.code(line), line);
      }
      for (String line : REFUSED_LOCKED) {
        assertEquals("locked", client.code(line), line);
      }
      for (String line : REFUSED_LOCKED_WITH_BODY) {
        assertEquals("locked", client.codeOf(line, "value"), line);
        assertEquals("locked", client.code(line), "the lock is looked at before the body: " + line);
      }
      assertEquals("unknown-verb", client.code("FROB"));
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      assertLocked(client, false);
      client.put("a 60000", "value");
      assertEquals("value", client.ask("GET a").text());
    }
  }

  @Test
  void theSameMnemonicBringsBackWhatWasStoredAndTimesWentOn() throws Exception {
    try (AgentProcess agent = mnemonicAgent();
        RawClient client = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL + "\npass phrase");
      client.put("long 600000 reads=5", "kept");
      client.put("short 700", "gone");
      client.ask("GET long").close();
      long before = client.ask("STAT long").number("ttl_ms");
      assertEquals("ok", client.code("LOCK"));
      assertLocked(client, true);
      assertEquals("locked", client.code("GET long"));
      assertEquals("ok", client.code("LOCK"), "twice is fine");
      Thread.sleep(900);
      Mnemonics.unlock(client, Mnemonics.LEGAL + "\npass phrase");
      assertEquals("kept", client.ask("GET long").text());
      Reply stat = client.ask("STAT long");
      assertTrue(stat.number("ttl_ms") <= before - 900, stat.line());
      assertEquals("2", stat.field("reads"));
      assertEquals("expired", client.code("GET short"));
      // What is stored under several keys comes back, too.
      client.put("second 600000", "of the second key");
      assertEquals("ok", client.code("LOCK"));
      Mnemonics.unlock(client, Mnemonics.LEGAL + "\npass phrase");
      assertEquals("kept", client.ask("GET long").text());
      assertEquals("of the second key", client.ask("GET second").text());
    }
  }

  @Test
  void aWrongKeyHarmsNothingAndItsUidMustWait() throws Exception {
    Needs.root();
    long other = 54_321;
    try (AgentProcess agent = mnemonicAgent("--allow-uid", "" + other, "--keys-uid", "" + other);
        RawClient client = agent.connect();
        RawClient colleague = agent.connectAs(other)) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      client.put("a 600000", "kept");
      assertEquals("ok", client.code("LOCK"));
      assertEquals("wrong-key", client.codeOf("UNLOCK", Mnemonics.LETTER));
      assertLocked(client, true);
      Reply early = client.askWith("UNLOCK", Mnemonics.LEGAL);
      assertTrue(early.line().startsWith("ERR wrong-key retry_ms="), early.line());
      assertTrue(early.line().matches("ERR wrong-key retry_ms=[1-9][0-9]{0,3} .*"), early.line());
      assertEquals(
          "wrong-key",
          colleague.codeOf("UNLOCK", Mnemonics.LEGAL + "\nwrong passphrase"),
          "a try of its own");
      Thread.sleep(1100);
      assertEquals("wrong-key", client.codeOf("UNLOCK", Mnemonics.ZOO));
      Thread.sleep(1100);
      assertEquals("wrong-key", client.codeOf("UNLOCK", Mnemonics.LEGAL), "the pause has doubled");
      Mnemonics.unlock(colleague, Mnemonics.LEGAL);
      assertEquals("kept", client.ask("GET a").text());
      assertEquals("ok", client.code("LOCK"));
      assertEquals("wrong-key", colleague.codeOf("UNLOCK", Mnemonics.ZOO));
      Thread.sleep(1100);
      Mnemonics.unlock(colleague, Mnemonics.LEGAL);
    }
  }

  @Test
  void anyMnemonicIsAcceptedThatHasNothingToOpen() {
    try (AgentProcess agent = mnemonicAgent();
        RawClient client = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      client.put("a 600000", "one");
      assertEquals("ok", client.code("DEL a"));
      assertEquals("ok", client.code("LOCK"));
      Mnemonics.unlock(client, Mnemonics.ZOO);
      client.put("a 600000", "two");
      assertEquals("two", client.ask("GET a").text());
      assertEquals("conflict", client.codeOf("UNLOCK", Mnemonics.ZOO));
      Reply again = client.askWith("UNLOCK", Mnemonics.LEGAL);
      assertEquals("ERR conflict already unlocked", again.line());
    }
  }

  @Test
  void aBrokenMnemonicIsToldByItsPlaceAndCostsNoPause() {
    try (AgentProcess agent = mnemonicAgent();
        RawClient client = agent.connect()) {
      Reply wrong = client.askWith("UNLOCK", Mnemonics.LEGAL.replace("wave", "wavy"));
      assertEquals("bad-request", wrong.code());
      assertTrue(wrong.line().contains("5"), wrong.line());
      assertFalse(wrong.line().contains("wav"), wrong.line());
      assertEquals("bad-request", client.codeOf("UNLOCK", "legal winner thank"));
      assertEquals(
          "bad-request", client.codeOf("UNLOCK", Mnemonics.LEGAL.replace("yellow", "year")));
      assertEquals("bad-request", client.codeOf("UNLOCK", ""));
      assertEquals("bad-request", client.codeOf("UNLOCK", "\n"));
      assertEquals("too-large", client.codeOf("UNLOCK", "x".repeat(4097)));
      assertEquals("bad-request", client.code("UNLOCK"));
      assertEquals("ok", client.code("LOCK"), "it is locked: nothing to do");
    }
  }

  @Test
  void lockUnlockAndKeysAreForTheAgentsUidRootAndWhomItNames() {
    Needs.otherUids();
    long agentUid = 54_300;
    long named = 54_301;
    long admitted = 54_302;
    try (AgentProcess agent =
            AgentProcess.with("--root", "mnemonic", "--keys-uid", "" + named)
                .arguments("--allow-uid", named + "," + admitted + ",0")
                .uid(agentUid)
                .start();
        RawClient own = agent.connect();
        RawClient other = agent.connectAs(admitted);
        RawClient friend = agent.connectAs(named);
        RawClient root = agent.connectAs(0)) {
      assertEquals("denied", other.codeOf("UNLOCK", Mnemonics.LEGAL));
      assertEquals("denied", other.code("LOCK"));
      Mnemonics.unlock(friend, Mnemonics.LEGAL);
      other.put("a 60000", "theirs");
      assertEquals("theirs", other.ask("GET a").text());
      for (String line : List.of("PUBKEY m/0' ed25519", "PASSWORD a.org 20")) {
        assertEquals("denied", other.code(line), line);
        assertEquals("ok", own.code(line), line);
        assertEquals("ok", friend.code(line), line);
        assertEquals("ok", root.code(line), line);
      }
      for (String line : List.of("SIGN m/0' ed25519", "ENCRYPT")) {
        assertEquals("denied", other.codeOf(line, "value"), line);
        assertEquals("ok", friend.codeOf(line, "value"), line);
      }
      assertEquals("denied", other.code("LOCK"));
      assertEquals("ok", root.code("LOCK"));
      assertEquals("locked", other.code("GET a"));
      assertEquals("locked", other.code("PUBKEY m/0' ed25519"), "the lock comes before rights");
      Mnemonics.unlock(own, Mnemonics.LEGAL);
      assertEquals("theirs", other.ask("GET a").text());
    }
  }

  @Test
  void aRandomRootIsLockedWithAPassphrase() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      assertLocked(client, false);
      client.put("a 600000", "kept");
      assertEquals("conflict", client.codeOf("UNLOCK", "it is not locked"));
      assertEquals("bad-request", client.code("LOCK"));
      assertEquals("bad-request", client.codeOf("LOCK", ""));
      assertLocked(client, false);
      assertEquals("ok", client.codeOf("LOCK", "correct horse"));
      assertLocked(client, true);
      assertEquals("locked", client.code("GET a"));
      assertEquals("ok", client.code("LOCK"), "twice is fine");
      assertEquals("wrong-key", client.codeOf("UNLOCK", "correct hors"));
      Reply early = client.askWith("UNLOCK", "correct horse");
      assertTrue(early.line().startsWith("ERR wrong-key retry_ms="), early.line());
      Await.until("the pause is over", () -> client.codeOf("UNLOCK", "correct horse").equals("ok"));
      assertEquals("kept", client.ask("GET a").text());
      assertEquals("ok", client.codeOf("LOCK", "another one"));
      assertEquals("wrong-key", client.codeOf("UNLOCK", "correct horse"));
      Await.until("the pause is over", () -> client.codeOf("UNLOCK", "another one").equals("ok"));
      assertEquals("kept", client.ask("GET a").text());
      assertEquals("conflict", client.code("PUBKEY m/0' ed25519"), "a random root has no keys");
    }
  }

  @Test
  void anAgentThatIsNotUsedLocksItself() throws Exception {
    try (AgentProcess agent = mnemonicAgent("--lock-after", "3s");
        RawClient client = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      client.put("a 600000", "kept");
      for (int i = 0; i < 5; i++) {
        Thread.sleep(1000);
        assertEquals("ok", client.code("STAT a"), "use keeps it open");
      }
      Await.until("it locks itself", () -> client.ask("HELLO").field("locked").equals("1"));
      assertTrue(client.ask("AUDIT").text().contains("\"event\":\"lock\",\"result\":\"ok\""));
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      assertEquals("kept", client.ask("GET a").text());
    }
  }

  @Test
  void aRandomRootCannotLockItself() {
    try (AgentProcess agent = AgentProcess.with("--lock-after", "15m").launch()) {
      assertEquals(2, agent.await());
      assertTrue(agent.stderr().contains("--lock-after needs --root mnemonic"), agent.stderr());
    }
  }

  @Test
  void lockAndUnlockAreAuditedAndNeverTheMnemonic() {
    try (AgentProcess agent = mnemonicAgent();
        RawClient client = agent.connect()) {
      client.codeOf("UNLOCK", Mnemonics.LEGAL.replace("wave", "wavy"));
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      client.code("PUBKEY m/74'/0'/1'/0' ed25519");
      client.code("LOCK");
      String lines = client.ask("AUDIT").text();
      assertTrue(lines.contains("\"event\":\"unlock\",\"result\":\"bad-request\""), lines);
      assertTrue(lines.contains("\"event\":\"unlock\",\"result\":\"ok\""), lines);
      assertTrue(
          lines.contains(
              "\"event\":\"pubkey\",\"result\":\"ok\",\"name\":\"m/74h/0h/1h/0h\",\"owner\":null"),
          lines);
      assertTrue(lines.contains("\"event\":\"lock\",\"result\":\"ok\""), lines);
      assertFalse(lines.contains("winner"), "no word of it");
      assertEquals(0, agent.stop());
      assertFalse(agent.stderr().contains("winner"), agent.stderr());
    }
  }
}

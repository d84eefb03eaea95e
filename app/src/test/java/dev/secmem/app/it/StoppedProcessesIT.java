package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent that is stopped for a while, and clients that are stopped or killed in every state. */
class StoppedProcessesIT {
  private static final int SIGSTOP = 19;
  private static final int SIGCONT = 18;
  private static final String MARKER = "k3pt~value~";

  private AgentProcess agent;
  private RawClient client;
  private KeptSecrets kept;

  @BeforeEach
  void start() {
    agent = AgentProcess.with("--root", "mnemonic").start();
    client = agent.connect();
    Mnemonics.unlock(client, Mnemonics.LEGAL);
    kept = KeptSecrets.put(client, MARKER, 20, 100_000);
    client.put("kept 600000", "kept value");
    kept.expectAll(client);
  }

  @AfterEach
  void stop() {
    client.close();
    agent.close();
  }

  /** Deadlines go on while the agent stands still: what it says afterwards is right at once. */
  @Test
  void anAgentThatWasStoppedServesNothingLate() {
    for (int round = 0; round < 5; round++) {
      client.put("over 300", "too late");
      client.put("limited 300 reads=2", "too late");
      client.put("lasting 60000 reads=2", "in time");
      agent.signal(SIGSTOP);
      Await.sleep(400);
      // Both wait in the socket: the one is looked at in the first moment after the stop.
      client.send("GET over\nGET limited\nGET lasting\nLIST over\n");
      agent.signal(SIGCONT);
      assertEquals("expired", client.reply().code());
      assertEquals("expired", client.reply().code());
      Reply lasting = client.reply();
      assertEquals("in time", lasting.text());
      assertTrue(lasting.number("ttl_ms") <= 60_000 - 400, "its time went on: " + lasting.line());
      assertEquals(0, client.reply().number("count"));
      assertEquals("ok", client.code("DEL lasting"));
    }
    Await.until(
        "they are wiped",
        () -> Json.number(client.ask("STATUS").text(), "secrets") == kept.count() + 1);
    kept.expectAll(client);
  }

  @Test
  void clientsThatAreStoppedHoldUpNobody() throws Exception {
    Process stuck = StuckClients.start(agent.socket());
    try {
      assertEquals(StuckClients.READY, stuck.getInputStream().read());
      Kernel.kill(stuck.pid(), SIGSTOP);
      expectService();
      Kernel.kill(stuck.pid(), SIGCONT);
      expectService();
    } finally {
      stuck.destroyForcibly().waitFor();
    }
    expectService();
  }

  @Test
  void clientsThatAreKilledInEveryStateLeaveNothingBehind() throws Exception {
    Needs.root();
    RawClient[] warm = new RawClient[16];
    for (int i = 0; i < warm.length; i++) {
      warm[i] = agent.connect();
      warm[i].ask("GET kept").close();
    }
    for (RawClient one : warm) {
      one.close();
    }
    Await.until("they are gone", () -> client.counts().contains("\"connections\":1}"));
    String counts = client.counts();
    ProcessFootprint before = new ProcessFootprint(agent.pid());
    for (int round = 0; round < 3; round++) {
      Process stuck = StuckClients.start(agent.socket());
      try {
        assertEquals(StuckClients.READY, stuck.getInputStream().read());
        expectService();
      } finally {
        stuck.destroyForcibly().waitFor();
      }
      expectService();
    }
    Await.until("their connections are gone", () -> client.counts().contains("\"connections\":1}"));
    assertEquals("ok", client.code("DEL stuck"), "what was answered OK stays");
    assertEquals(counts, client.counts(), "nothing else is counted");
    before.expectNoMore();
  }

  /** Old and new connections are served, locking included, and all is there. */
  private void expectService() {
    kept.expectAll(client);
    assertEquals("ok", client.codeOf("PUT another 600000", "value"));
    try (RawClient other = agent.connect()) {
      assertEquals("value", other.ask("GET another").text());
      assertEquals("ok", other.code("TOUCH another 600000"));
      assertEquals("ok", other.codeOf("SIGN m/0' ed25519", "message"));
      assertEquals("ok", other.code("DEL another"));
    }
    assertFalse(agent.stderr().contains(MARKER), "a value on standard error");
  }
}

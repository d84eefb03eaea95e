package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A working agent that may open no descriptor any more, wherever it needs one, and then may again.
 */
class DescriptorsRunOutIT {
  private static final int MOST = 4;

  private static AgentProcess agent;
  private static RawClient client;
  private static KeptSecrets kept;
  private static String envelope;

  @BeforeAll
  static void start() {
    Needs.root();
    Needs.program("prlimit");
    agent =
        AgentProcess.with("--root", "mnemonic", "--allow-interpreter", "--socket-check", "50ms")
            .start();
    client = agent.connect();
    Mnemonics.unlock(client, Mnemonics.LEGAL);
    kept = KeptSecrets.put(client, "k3pt~value~", 20, 100_000);
    client.put("old 600000", "old value");
    client.put("bound 600000 bind=exe", "bound value");
    envelope = client.askWith("ENCRYPT", "sealed").text();
    everythingWorks(client);
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      client.close();
      agent.close();
    }
  }

  private static void everythingWorks(RawClient one) {
    kept.expectAll(one);
    assertEquals("old value", one.ask("GET old").text());
    assertEquals("bound value", one.ask("GET bound").text());
    assertEquals("sealed", one.askWith("DECRYPT", envelope).text());
    assertEquals("ok", one.codeOf("ENCRYPT", "x"));
    assertEquals("ok", one.codeOf("SIGN m/0' ed25519", "message"));
    assertEquals("conflict", one.codeOf("UNLOCK", Mnemonics.LEGAL), "it is unlocked");
    for (String report : new String[] {"LIST", "STATUS", "METRICS", "AUDIT", "WHOAMI"}) {
      assertEquals("ok", one.code(report), report);
    }
    assertEquals("ok", one.codeOf("PUT new 600000", "new value"));
    assertEquals("ok", one.code("DEL new"));
  }

  @Test
  void whatNeedsADescriptorIsRefusedByItsCodeAndWorksAgainAfterwards() {
    client.put("once 600000 once", "once value");
    String counts = client.counts();
    ProcessFootprint before = new ProcessFootprint(agent.pid());
    for (int most = 0; most <= MOST; most++) {
      Set<String> codes = new TreeSet<>();
      try (RawClient other = agent.connect();
          LoweredLimit none = LoweredLimit.descriptors(agent.pid(), most)) {
        for (RawClient one : new RawClient[] {client, other}) {
          for (String line : new String[] {"GET old", "LIST", "STATUS", "METRICS", "AUDIT"}) {
            codes.add(one.code(line));
          }
          codes.add(one.codeOf("PUT old 600000", "new value"));
          codes.add(one.codeOf("ENCRYPT", "x"));
          codes.add(one.codeOf("DECRYPT", envelope));
          codes.add(one.codeOf("SIGN m/0' ed25519", "message"));
          if (most == 0) {
            assertEquals(Set.of("quota"), codes);
            assertEquals("quota", one.code("GET once"));
            assertEquals("quota", one.codeOf("UNLOCK", Mnemonics.ZOO), "no guess is counted");
            assertEquals("denied", one.code("GET bound"), "who asks cannot be known: fails closed");
          } else {
            codes.remove("ok");
            codes.remove("quota");
            assertEquals(Set.of(), codes);
          }
          assertEquals("ok", one.code("HELLO"));
          assertEquals("ok", one.code("STAT once"));
          assertEquals("ok", one.code("TOUCH old 600000"));
        }
        none.expectInForce();
      }
      // At once, on the connection that was refused.
      client.put("old 600000", "old value");
      everythingWorks(client);
      Await.until("no connection is left", () -> client.counts().equals(counts));
    }
    assertEquals("once value", client.ask("GET once").text(), "a refused read is none");
    before.expectNoMore();
  }

  @Test
  void newClientsAreToldBusyOrWaitAndTheFirstOneAfterwardsIsServed() throws LinuxException {
    String counts = client.counts();
    OpenDescriptors before = new OpenDescriptors(agent.pid());
    for (int round = 0; round < 3; round++) {
      List<RawClient> crowd = new ArrayList<>();
      String code = "ok";
      try (LoweredLimit none = LoweredLimit.descriptors(agent.pid(), 0)) {
        // Each idle thread has room for one.
        for (int i = 0; i < 40 && code.equals("ok"); i++) {
          crowd.add(agent.connect());
          code = codeOrWaits(crowd.get(i));
        }
        // The one descriptor in reserve is of no use if its number is above the new limit.
        assertTrue(Set.of("busy", "waits").contains(code), code);
        assertEquals("ok", client.code("STAT old"), "who is connected is served");
        // The agent's own look at its socket may have given one back.
        assertTrue(Set.of("ok", "quota").contains(client.code("GET old")));
        assertEquals("ok", crowd.get(0).code("STAT old"));
        none.expectInForce();
      }
      if (code.equals("waits")) {
        // Or refused, later than it was waited for.
        String late = crowd.get(crowd.size() - 1).reply().code();
        assertTrue(Set.of("ok", "busy").contains(late), late);
      }
      try (RawClient first = agent.connect()) {
        assertEquals("old value", first.ask("GET old").text(), "the first one afterwards");
      }
      crowd.forEach(RawClient::close);
      everythingWorks(client);
      Await.until("no connection is left", () -> client.counts().equals(counts));
    }
    before.expectNoMore();
  }

  private static String codeOrWaits(RawClient one) throws LinuxException {
    try {
      one.send("HELLO\n".getBytes(StandardCharsets.US_ASCII));
    } catch (LinuxException e) {
      assertEquals("sendmsg", e.call()); // refused already: the reason waits to be read
    }
    return UnixSocket.awaitClient(one.socket(), 300) ? one.reply().code() : "waits";
  }

  @Test
  void secretsExpireInTimeAndAreAudited() {
    client.put("brief 600", "too late");
    client.put("unlimited 60000", "x");
    try (LoweredLimit none = LoweredLimit.descriptors(agent.pid(), 0)) {
      Await.until("its time is over", () -> client.code("STAT brief").equals("expired"));
      Await.sleep(2000);
      assertEquals("ok", client.code("TOUCH unlimited 1"));
      Await.sleep(2000);
      none.expectInForce();
    }
    String audit = client.ask("AUDIT 50").text();
    for (String name : new String[] {"brief", "unlimited"}) {
      List<String> lines = audit.lines().toList();
      Json.lineWith(lines, "expire", name);
    }
  }

  @Test
  void theSocketIsMadeAgainOnceItCanBe() throws IOException {
    OpenDescriptors before = new OpenDescriptors(agent.pid());
    for (int most = 0; most <= MOST; most++) {
      Path socket = Path.of(agent.socket());
      try (LoweredLimit none = LoweredLimit.descriptors(agent.pid(), most)) {
        Files.delete(socket);
        Await.sleep(150); // three looks
        assertTrue(agent.isAlive());
        assertEquals("ok", client.code("STAT old"));
        none.expectInForce();
      }
      Await.until("it is there again", () -> Files.exists(socket));
      agent.awaitServing();
      try (RawClient other = agent.connect()) {
        everythingWorks(other);
      }
      everythingWorks(client);
    }
    before.expectNoMore();
    assertTrue(agent.stderr().contains("does not lead here"), agent.stderr());
  }
}

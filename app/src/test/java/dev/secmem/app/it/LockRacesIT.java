package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Eight clients at work while the agent is locked and unlocked all the time. */
class LockRacesIT {
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 200;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  @Test
  void everyAnswerIsRightOrLockedAndNothingIsLost() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
    try (AgentProcess agent = AgentProcess.with("--root", "mnemonic").start();
        RawClient locker = agent.connect()) {
      Mnemonics.unlock(locker, Mnemonics.LEGAL);
      List<Future<Integer>> workers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String name = "client" + i;
        workers.add(pool.submit(() -> work(agent, name)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        Await.sleep(round % 7);
        assertEquals("ok", locker.code("LOCK"));
        // From here to UNLOCK nothing may be served to anybody who asks.
        assertEquals("locked", locker.code("GET client0"));
        assertEquals("locked", locker.codeOf("PUT client0 60000", "lost?"));
        Mnemonics.unlock(locker, Mnemonics.LEGAL);
      }
      Await.sleep(50);
      over.set(true);
      for (int i = 0; i < CLIENTS; i++) {
        int last = workers.get(i).get();
        assertEquals(value(last), locker.ask("GET client" + i).text(), "the last that was taken");
      }
      assertTrue(served.get() > ROUNDS, served + " were served");
      assertTrue(refused.get() > 0, "no request met the lock: the test shows nothing");
    } finally {
      over.set(true);
      pool.shutdown();
    }
  }

  /** Clients that are killed while they lock, unlock, sign and encrypt. */
  @Test
  void clientsThatAreKilledInTheMiddleHarmNothing() throws Exception {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with("--root", "mnemonic").start();
        RawClient client = agent.connect()) {
      Mnemonics.unlock(client, Mnemonics.LEGAL);
      client.put("kept 600000", "value");
      OpenDescriptors open = new OpenDescriptors(agent.pid());
      for (int round = 0; round < 6; round++) {
        Process victim = KilledKeyUser.start(agent.socket());
        for (int i = 0; i < 20; i++) {
          assertEquals('.', victim.getInputStream().read());
        }
        Await.sleep(round);
        victim.destroyForcibly().waitFor();
      }
      open.expectNoMore();
      if (client.ask("HELLO").field("locked").equals("1")) {
        Mnemonics.unlock(client, Mnemonics.LEGAL);
      }
      assertEquals("value", client.ask("GET kept").text());
      assertEquals("ok", client.codeOf("SIGN m/0' ed25519", "message"));
      assertEquals("ok", client.code("LOCK"));
      Mnemonics.unlock(client, Mnemonics.LEGAL);
    }
  }

  /** Puts and gets until told to stop, and answers the number of the last value that was taken. */
  private int work(AgentProcess agent, String name) {
    int stored = -1;
    try (RawClient client = agent.connect()) {
      for (int i = 0; !over.get() || stored < 0; i++) {
        if (count(client.tryPut(name + " 600000", value(i)))) {
          stored = i;
        }
        Reply reply = client.ask("GET " + name);
        if (reply.code().equals("not-found")) {
          assertEquals(-1, stored, "lost: " + reply.line());
        } else if (count(reply)) {
          assertEquals(value(stored), reply.text());
        }
        if (i % 5 == 0) {
          count(client.ask("PUBKEY m/74'/0'/0'/0' ed25519"));
          Reply signature = client.askWith("SIGN m/74'/0'/0'/0' ed25519", "message");
          if (count(signature)) {
            assertEquals(64, signature.body().length);
          }
        }
      }
    }
    return stored;
  }

  /** Whether it was served; any other answer than that or {@code locked} is a failure. */
  private boolean count(Reply reply) {
    if (reply.isOk()) {
      served.incrementAndGet();
      return true;
    }
    assertEquals("locked", reply.code(), reply.line());
    refused.incrementAndGet();
    return false;
  }

  private static String value(int number) {
    return ("value " + number + " ").repeat(1 + number % 40);
  }
}

package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import dev.secmem.linux.Errno;
import dev.secmem.linux.LinuxException;
import dev.secmem.linux.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Few descriptors, many clients, and clients that never read. */
class LazyClientsIT {
  /** Asks for much and reads nothing; what the agent does not take within a moment stays unsent. */
  private static void askAndNeverRead(RawClient lazy, String line) {
    try {
      UnixSocket.setTimeouts(lazy.socket(), 60_000, 200);
      lazy.send((line + "\n").repeat(400).getBytes(StandardCharsets.US_ASCII));
    } catch (LinuxException e) {
      assertEquals("sendmsg", e.call()); // full, or refused already
    }
  }

  @Test
  void seventyFiveClientsThatNeverReadDoNotStopTheOthers() {
    Needs.otherUids();
    AgentOptions options =
        AgentProcess.with("--allow-uid", "0", "--allow-uid", "7002")
            .uid(7001)
            .limits("ulimit -n 256");
    try (AgentProcess agent = options.start();
        RawClient client = agent.connect()) {
      client.put("k 600000 allow=uid:7002,uid:0", "value");
      client.ask("GET k").close();
      OpenDescriptors descriptors = new OpenDescriptors(agent.pid());
      List<RawClient> lazy = new ArrayList<>();
      for (int i = 0; i < 75; i++) {
        RawClient one = agent.connectAs(7002);
        lazy.add(one);
        askAndNeverRead(one, "GET k");
      }
      int served = 0;
      for (int i = 0; i < 100; i++) {
        assertEquals("ok", client.code("HELLO"));
        assertEquals("ok", client.code("STAT k"));
        assertEquals("ok", client.code("TOUCH k 600000"));
        try (RawClient other = agent.connectAs(0);
            Reply reply = client.ask("GET k")) {
          assertEquals("ok", other.code("STAT k owner=7001"), "new connections are served");
          assertTrue(reply.isOk() || reply.code().equals("quota"), reply.line());
          served += reply.isOk() ? 1 : 0;
        }
      }
      assertEquals(100, served, "deliveries, too");
      lazy.forEach(RawClient::close);
      descriptors.expectNoMore();
      assertEquals("value", client.ask("GET k").text());
    }
  }

  @Test
  void clientsThatNeverReadTheirReportsDoNotHoldUpTheReportsOfOthers() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      List<RawClient> lazy = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        RawClient one = agent.connect();
        lazy.add(one);
        askAndNeverRead(one, "STATUS");
      }
      Await.sleep(500); // by then they wait for their readers
      long connected = 0;
      for (int i = 0; i < 20; i++) {
        connected = Json.number(client.ask("STATUS").text(), "connections");
        client.ask("LIST").close();
        client.ask("METRICS").close();
      }
      assertEquals(21, connected, "answered before the lazy ones were disconnected");
      lazy.forEach(RawClient::close);
    }
  }

  private static boolean isCutOff(RawClient lazy) {
    try {
      lazy.send("\n".getBytes(StandardCharsets.US_ASCII));
      return false;
    } catch (LinuxException e) {
      return e.errno() == Errno.EPIPE;
    }
  }

  @Test
  void clientsThatDoNotTakeTheirRepliesAreDisconnected() {
    try (AgentProcess agent = AgentProcess.with().start();
        RawClient client = agent.connect()) {
      client.put("k 600000", "value");
      List<RawClient> lazy = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        RawClient one = agent.connect();
        lazy.add(one);
        askAndNeverRead(one, "GET k");
      }
      Await.until("they are disconnected", () -> lazy.stream().allMatch(LazyClientsIT::isCutOff));
      for (RawClient one : lazy) {
        int replies = 0;
        for (Reply reply = one.replyOrEnd(); reply != null; reply = one.replyOrEnd()) {
          assertEquals("value", reply.text());
          replies++;
        }
        assertTrue(replies >= 1 && replies < 30, replies + " waited");
      }
      assertEquals("value", client.ask("GET k").text());
      client.awaitAlone();
      lazy.forEach(RawClient::close);
    }
  }

  @Test
  void withADescriptorLimitOf64TheAgentServesAndRefusesButNeverStops() {
    Needs.root();
    try (AgentProcess agent = AgentProcess.with().limits("ulimit -n 64").start();
        RawClient client = agent.connect()) {
      assertTrue(agent.stderr().contains("open files limit is 64"), agent.stderr());
      client.put("k 600000", "value");
      client.ask("GET k").close();
      OpenDescriptors descriptors = new OpenDescriptors(agent.pid());
      assertTrue(descriptors.count() < 64);
      int[] many = new int[253];
      java.util.Arrays.fill(many, Kernel.memfd("x"));
      for (int round = 0; round < 5; round++) {
        List<RawClient> crowd = new ArrayList<>();
        int busy = 0;
        for (int i = 0; i < 100; i++) {
          RawClient one = agent.connect();
          crowd.add(one);
        }
        for (RawClient one : crowd) {
          busy += codeOrEnd(one).equals("busy") ? 1 : 0;
        }
        assertTrue(busy >= 50, busy + " were refused");
        assertEquals("value", client.ask("GET k").text());
        crowd.forEach(RawClient::close);
        Await.until("places are free again", () -> isServed(agent));
        try (RawClient rude = agent.connect()) {
          String code = rude.code("PUT bad 1000", many);
          assertTrue(code.equals("bad-request") || code.equals("quota"), code);
        }
        assertEquals("not-found", client.code("GET bad"));
      }
      Descriptor.close(many[0]);
      client.put("k2 600000", "value 2");
      assertEquals("value 2", client.ask("GET k2").text());
      descriptors.expectNoMore();
    }
  }

  @Test
  void withFewThreadsAllowedTheAgentRefusesAndServesOn() {
    Needs.otherUids();
    Needs.program("prlimit");
    AgentOptions options =
        AgentProcess.with("--allow-uid", "0").uid(7031).wrapper("prlimit", "--nproc=45:4096");
    try (AgentProcess agent = options.start();
        RawClient client = agent.connect()) {
      client.put("k 600000", "value");
      for (int round = 0; round < 3; round++) {
        List<RawClient> crowd = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
          crowd.add(agent.connectAs(0));
        }
        int busy = 0;
        for (RawClient one : crowd) {
          String code = codeOrEnd(one);
          assertTrue(code.equals("ok") || code.equals("busy"), code);
          busy += code.equals("busy") ? 1 : 0;
        }
        assertTrue(busy > 0, "none was refused: the limit was not felt");
        assertEquals("value", client.ask("GET k").text());
        crowd.forEach(RawClient::close);
        Await.until("places are free again", () -> isServed(agent));
      }
      List<RawClient> crowd = new ArrayList<>();
      for (String code = "ok"; code.equals("ok"); ) {
        crowd.add(agent.connectAs(0));
        code = codeOrEnd(crowd.get(crowd.size() - 1));
      }
      assertEquals("value", client.ask("GET k").text());
      // The JVM delivers a signal in a new thread. Where none can be had the signal may be lost,
      // and has to be sent again later (R34).
      agent.signal(AgentProcess.SIGTERM);
      Await.sleep(2000);
      if (agent.isAlive()) {
        assertEquals("value", client.ask("GET k").text());
        allowThreads(agent);
        try (RawClient next = agent.connectAs(0)) {
          assertEquals("ok", codeOrEnd(next), "the next one, while the crowd is still there");
        }
        agent.signal(AgentProcess.SIGTERM);
      }
      assertEquals(0, agent.await());
      crowd.forEach(RawClient::close);
    }
  }

  /** By a process of its own user: root may lack the right. */
  private static void allowThreads(AgentProcess agent) {
    String[] words = {
      "setpriv",
      "--reuid",
      "7031",
      "--regid",
      "7031",
      "--clear-groups",
      "prlimit",
      "--pid",
      Long.toString(agent.pid()),
      "--nproc=4096:"
    };
    Programs.Result result = Programs.run(words);
    assertEquals(0, result.code(), result.err());
  }

  private static boolean isServed(AgentProcess agent) {
    try (RawClient client = agent.connect()) {
      return codeOrEnd(client).equals("ok");
    }
  }

  private static String codeOrEnd(RawClient client) {
    try {
      client.send("HELLO\n".getBytes(StandardCharsets.US_ASCII));
    } catch (LinuxException e) {
      assertEquals("sendmsg", e.call()); // refused already: the reason waits to be read
    }
    Reply reply = client.replyOrEnd();
    return reply == null ? "end" : reply.code();
  }
}

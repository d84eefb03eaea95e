package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that are malformed, too long, too slow, or very many. */
class BadLineIT {
  private static AgentProcess agent;

  private RawClient client;
  private OpenDescriptors descriptors;
  private int value;

  @BeforeAll
  static void start() {
    agent = AgentProcess.with("--max-ttl", "1d").start();
    try (RawClient warm = agent.connect()) {
      warm.put("kept -", "kept value");
      warm.ask("GET kept").close();
    }
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @BeforeEach
  void connect() {
    descriptors = Kernel.isRoot() ? new OpenDescriptors(agent.pid()) : null;
    client = agent.connect();
    value = Kernel.memfd("value");
  }

  @AfterEach
  void nothingIsLostAndNothingLeaks() {
    client.close();
    Descriptor.close(value);
    try (RawClient other = agent.connect()) {
      assertEquals("kept value", other.ask("GET kept").text());
      assertEquals(1, other.ask("LIST").text().lines().count(), "a failed PUT changes nothing");
    }
    if (descriptors != null) {
      descriptors.expectNoMore();
    }
  }

  private void expectBadPut(String arguments) {
    assertEquals("bad-request", client.code("PUT " + arguments, value), "PUT " + arguments);
    assertEquals("ok", client.code("HELLO"), "the connection goes on");
  }

  private void expectBad(String line) {
    assertEquals("bad-request", client.code(line), line);
    assertEquals("ok", client.code("HELLO"), "the connection goes on");
  }

  private void expectBroken(String line) {
    try (RawClient one = agent.connect()) {
      one.send(line);
      assertEquals("bad-request", one.reply().code(), line);
      one.expectEnd();
    }
  }

  @Test
  void namesOutsideTheGrammarAreBadRequests() {
    for (String name : new String[] {"", "a b", "a\\", "a*", "a\"b", "a".repeat(201), "a,b", "~"}) {
      expectBadPut(name + " 1000");
      expectBad("GET " + name);
      expectBad("STAT " + name);
      expectBad("DEL " + name);
      expectBad("TOUCH " + name + " 1000");
    }
    expectBad("LIST a*");
    expectBad("LIST " + "a".repeat(201));
  }

  @Test
  void theLongestNameAndEveryNameCharacterAreTaken() {
    String all = "ABCXYZabcxyz0189._-/@:+";
    for (String name : List.of("n".repeat(200), all, "/", "..", "-", "@")) {
      client.put(name + " 1000", "v");
      assertEquals("v", client.ask("GET " + name).text());
      assertEquals("ok", client.code("DEL " + name));
    }
  }

  @Test
  void bytesThatAreNotPrintableAsciiEndTheConnection() {
    expectBroken("GET k\u0001\n");
    expectBroken("GET \u00c3\u00a4\n");
    expectBroken("GET k\r\n");
    expectBroken("GET k\t\n");
    expectBroken("GET k\0\n");
    expectBroken("GET k\u007f\n");
    expectBroken("\u0000");
  }

  @Test
  void timesOutsideTheirRangeAreBadRequests() {
    for (String ttl :
        new String[] {
          "0",
          "-1",
          "+1",
          "9223372036854775808",
          "18446744073709551616",
          "9".repeat(100),
          "ten",
          "10m",
          "01",
          "1.5",
          "",
          "86400001",
          "0x10",
          "--"
        }) {
      expectBadPut("bad " + ttl);
      expectBad("TOUCH kept " + ttl);
    }
  }

  @Test
  void theLongestTimeIsTakenAndTheDefaultIsGranted() {
    client.put("most 86400000", "v");
    assertTrue(client.ask("STAT most").number("ttl_ms") <= 86_400_000);
    assertEquals("ok", client.code("DEL most"));
    client.put("usual -", "v");
    long ttl = client.ask("STAT usual").number("ttl_ms");
    assertTrue(ttl > 32_000_000 && ttl <= 32_400_000, "9 hours, not " + ttl);
    assertEquals(32_400_000, client.ask("TOUCH usual -").number("ttl_ms"));
    assertEquals("ok", client.code("DEL usual"));
  }

  @Test
  void optionsThatAreUnknownDoubledOrContradictoryAreBadRequests() {
    for (String options :
        new String[] {
          "twice",
          "ONCE",
          "once=1",
          "once once",
          "reads=0",
          "reads=1000001",
          "reads=x",
          "reads=",
          "reads=01",
          "reads=1 reads=2",
          "once reads=1",
          "reads=1 once",
          "if=",
          "if=absent if=absent",
          "if=present",
          "if=version:",
          "if=version:x",
          "if=version:-1",
          "if=absent if=version:1",
          "allow=",
          "allow=,",
          "allow=uid:1,",
          "allow=uid:",
          "allow=uid:x",
          "allow=uid:-1",
          "allow=uid:01",
          "allow=uid:4294967295",
          "allow=uid:65534",
          "allow=gid:65534",
          "allow=root",
          "allow=uid:1 allow=uid:2",
          "allow=exe:/bin/sh",
          "allow=exe:bin/x",
          "allow=unit:x",
          "allow=unit:user%401.service",
          "allow=session:5",
          "allow=tty:1",
          "bind=",
          "bind=uid",
          "grade=best",
          "grade=any grade=any",
          "downgrade=1",
          "allow=uid:1+",
          "owner=0",
          "="
        }) {
      expectBadPut("bad 1000 " + options);
    }
  }

  @Test
  void atMostThirtyTwoGrantsAreTaken() {
    expectBadPut("bad 1000 allow=" + grants(33));
    client.put("many 1000 allow=" + grants(32), "v");
    assertEquals("ok", client.code("DEL many"));
  }

  private static String grants(int count) {
    return IntStream.range(0, count).mapToObj(i -> "uid:" + i).collect(Collectors.joining(","));
  }

  @Test
  void wrongNumbersOfArgumentsAreBadRequests() {
    expectBadPut("bad");
    for (String line :
        new String[] {
          "PUT",
          "GET",
          "STAT",
          "TOUCH",
          "TOUCH kept",
          "DEL",
          "DEL kept kept",
          "LIST a b",
          "HELLO 1",
          "STATUS now",
          "METRICS all",
          "AUDIT 1 2",
          "GET kept owner=0 owner=0"
        }) {
      expectBad(line);
    }
  }

  @Test
  void argumentsOfTheOtherVerbsAreChecked() {
    for (String line :
        new String[] {
          "AUDIT 0",
          "AUDIT 10001",
          "AUDIT x",
          "AUDIT -1",
          "AUDIT 01",
          "GET kept owner=",
          "GET kept owner=x",
          "GET kept owner=-1",
          "GET kept owner=4294967295",
          "GET kept once",
          "STAT kept uid=0"
        }) {
      expectBad(line);
    }
  }

  @Test
  void unknownVerbsAreToldApartFromBadForm() {
    for (String line : new String[] {"FROB k", "get kept", "Get kept", "X", "GETX kept", "OK"}) {
      assertEquals("unknown-verb", client.code(line), line);
    }
    for (String line : new String[] {"", " ", " GET kept", "GET kept ", "GET  kept", "X  y"}) {
      expectBad(line);
    }
  }

  @Test
  void aLineOf4096BytesIsJudgedAndALongerOneEndsTheConnection() {
    String start = "GET ";
    assertEquals("bad-request", client.code(start + "a".repeat(4095 - start.length())));
    assertEquals("ok", client.code("HELLO"));
    expectBroken(start + "a".repeat(4096 - start.length()) + "\n");
    expectBroken(start + "a".repeat(4996) + "\n");
    expectBroken("b".repeat(100_000));
  }

  @Test
  void aTooLongPutLineClosesItsDescriptor() {
    try (RawClient one = agent.connect()) {
      one.send("PUT bad 1000 " + "x".repeat(5000) + "\n", value);
      assertEquals("bad-request", one.reply().code());
    }
  }

  @Test
  void everyErrorToPutAndGetFitsTheEarliestClientsBuffer() {
    String[] lines = {
      "PUT " + "n".repeat(1000), "PUT a 1 " + "o".repeat(3000), "GET " + "n".repeat(900)
    };
    for (String line : lines) {
      Reply reply = client.ask(line);
      assertEquals("bad-request", reply.code());
      assertTrue(reply.line().length() <= 127, reply.line());
    }
  }

  @Test
  void aLineInWritesOfOneByteIsALine() {
    String line = "PUT slow 10000\n";
    client.send(line.substring(0, 1), value);
    for (int i = 1; i < line.length(); i++) {
      client.send(line.substring(i, i + 1));
    }
    assertEquals("ok", client.reply().code());
    for (char c : "GET slow\n".toCharArray()) {
      client.send(String.valueOf(c));
    }
    assertEquals("value", client.reply().text());
    assertEquals("ok", client.code("DEL slow"));
  }

  @Test
  void aHalfLineAndSilenceEndTheConnectionWithoutAnAnswer() {
    client.send("PUT ha", value);
    try (RawClient other = agent.connect()) {
      assertEquals("kept value", other.ask("GET kept").text());
      assertNull(client.replyOrEnd());
      assertEquals("kept value", other.ask("GET kept").text(), "an idle connection lives on");
    }
  }

  @Test
  void whoSendsNothingForTheIdleTimeIsDisconnectedAndOthersAreNot() {
    try (AgentProcess quick = AgentProcess.with("--idle-timeout", "3s").start();
        RawClient idle = quick.connect();
        RawClient busy = quick.connect()) {
      Thread end = new Thread(idle::expectEnd);
      end.start();
      while (end.isAlive()) {
        assertEquals("ok", busy.code("HELLO"));
        Await.sleep(50);
      }
      busy.expectEnd();
    }
  }

  @Test
  void completeLinesAreAnsweredAfterTheClientsShutdownAndAPartIsDropped() {
    client.send("HELLO\nGET kept\nGET ke");
    Kernel.shutdownWrite(client.socket());
    assertEquals("ok", client.reply().code());
    assertEquals("kept value", client.reply().text());
    client.expectEnd();
  }

  @Test
  void tenThousandPipelinedRequestsAreAnsweredInOrder() throws Exception {
    int count = 10_000;
    List<Throwable> failures = new ArrayList<>();
    Thread sender =
        new Thread(
            () -> {
              StringBuilder lines = new StringBuilder();
              for (int i = 0; i < count; i++) {
                lines.append(i % 2 == 0 ? "GET kept\n" : "DEL none" + i + "\n");
              }
              client.send(lines.toString());
            });
    sender.setUncaughtExceptionHandler((thread, e) -> failures.add(e));
    sender.start();
    for (int i = 0; i < count; i++) {
      if (i % 2 == 0) {
        assertEquals("kept value", client.reply().text(), "request " + i);
      } else {
        assertEquals("not-found", client.reply().code(), "request " + i);
      }
    }
    sender.join();
    assertEquals(List.of(), failures);
  }
}

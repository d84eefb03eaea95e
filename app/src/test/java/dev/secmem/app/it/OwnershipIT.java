package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.linux.Descriptor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may read, replace, delete, block or find out whose secrets. */
class OwnershipIT {
  private static final long OWNER = 7001;
  private static final long GRANTEE = 7002;
  private static final long STRANGER = 7003;
  private static final long OUTSIDER = 7009;

  private static AgentProcess agent;
  private static RawClient owner;
  private static RawClient grantee;
  private static RawClient stranger;
  private static RawClient root;

  @BeforeAll
  static void start() {
    Needs.root();
    agent =
        AgentProcess.with("--allow-uid", "7001", "--allow-uid", "7002", "--allow-uid", "7003")
            .start();
    owner = agent.connectAs(OWNER);
    grantee = agent.connectAs(GRANTEE);
    stranger = agent.connectAs(STRANGER);
    root = agent.connect();
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      List.of(owner, grantee, stranger, root).forEach(RawClient::close);
      agent.close();
    }
  }

  @Test
  void whoIsNotAdmittedIsDeniedAndDisconnectedWhateverIsSent() {
    OpenDescriptors descriptors = new OpenDescriptors(agent.pid());
    for (int i = 0; i < 20; i++) {
      try (RawClient outsider = agent.connectAs(OUTSIDER)) {
        assertEquals("denied", outsider.reply().code(), "without being asked");
        outsider.expectEnd();
      }
      try (RawClient nobody = agent.connectAs(65534)) {
        assertEquals("denied", nobody.reply().code());
      }
    }
    int fd = Kernel.memfd("value");
    for (int i = 0; i < 20; i++) {
      try (RawClient outsider = agent.connectAs(OUTSIDER)) {
        try {
          outsider.send("PUT mine 1000\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), fd);
        } catch (dev.secmem.linux.LinuxException e) {
          assertEquals("sendmsg", e.call()); // the agent had hung up already
        }
        assertEquals("denied", outsider.reply().code());
      }
    }
    Descriptor.close(fd);
    descriptors.expectNoMore();
    List<String> audit = root.ask("AUDIT 1000").text().lines().toList();
    long denied =
        audit.stream()
            .filter(line -> Json.value(line, "event").equals("admit"))
            .filter(line -> Json.value(line, "result").equals("denied"))
            .filter(line -> Json.value(line, "uid").equals("7009"))
            .count();
    assertEquals(40, denied);
  }

  @Test
  void theOwnerAndGranteesReadAndOnlyTheOwnerChanges() {
    owner.put("shared 60000 allow=uid:7002", "value");
    Reply reply = grantee.ask("GET shared");
    assertEquals(OWNER, reply.number("owner"));
    assertEquals("value", reply.text());
    assertEquals("value", grantee.ask("GET shared owner=7001").text());
    assertEquals("ok", grantee.code("STAT shared"));
    assertEquals("not-found", grantee.code("TOUCH shared 1"));
    assertEquals("not-found", grantee.code("DEL shared"));
    assertEquals("not-found", grantee.code("GET shared owner=7002"));
    grantee.put("shared 60000", "the grantee's own");
    assertEquals("the grantee's own", grantee.ask("GET shared").text(), "the own one comes first");
    assertEquals("value", grantee.ask("GET shared owner=7001").text());
    assertEquals("value", owner.ask("GET shared").text(), "nobody replaces another's");
    assertEquals("ok", grantee.code("DEL shared"));
    assertEquals("value", grantee.ask("GET shared").text());
    assertEquals("ok", owner.code("DEL shared"));
    assertEquals("not-found", grantee.code("GET shared"));
  }

  @Test
  void putReplacesGrantsAndReadsToo() {
    owner.put("regranted 60000 allow=uid:7002 reads=5", "value");
    assertEquals("value", grantee.ask("GET regranted").text());
    owner.put("regranted 60000", "value");
    assertEquals("not-found", grantee.code("GET regranted"));
    assertEquals("-", owner.ask("STAT regranted").field("reads_left"));
    assertEquals(0, owner.ask("STAT regranted").number("reads"));
    assertEquals("ok", owner.code("DEL regranted"));
  }

  @Test
  void severalOwnersOfOneNameAreAConflictThatOwnerSettles() {
    owner.put("common 60000 allow=uid:7003", "of 7001");
    grantee.put("common 60000 allow=uid:7003", "of 7002");
    try {
      assertEquals("conflict", stranger.code("GET common"));
      assertEquals("conflict", stranger.code("STAT common"));
      assertEquals("of 7001", stranger.ask("GET common owner=7001").text());
      assertEquals("of 7002", stranger.ask("GET common owner=7002").text());
      String list = stranger.ask("LIST common").text();
      assertEquals(2, list.lines().count());
      assertTrue(list.indexOf("\"owner\":7001") < list.indexOf("\"owner\":7002"), list);
      assertTrue(list.lines().allMatch(line -> line.contains("\"grants\":null")), list);
    } finally {
      owner.ask("DEL common");
      grantee.ask("DEL common");
    }
  }

  @Test
  void anExpiredOwnSecretDoesNotHideAGrantedOne() {
    grantee.put("hidden 60000 allow=uid:7001", "granted");
    owner.put("hidden 100", "own");
    Await.until("the own one is over", () -> owner.ask("GET hidden").text().equals("granted"));
    assertEquals("ok", grantee.code("DEL hidden"));
    assertEquals("expired", owner.code("GET hidden"));
  }

  @Test
  void grantsToAGroupHoldForItsMembers() {
    owner.put("team 60000 allow=gid:7100", "value");
    try (RawClient member = agent.connectAs(STRANGER, 7100)) {
      assertEquals("value", member.ask("GET team").text());
    }
    assertEquals("not-found", stranger.code("GET team"));
    owner.put("team 60000 allow=gid:7100+uid:7002", "value");
    try (RawClient member = agent.connectAs(STRANGER, 7100);
        RawClient both = agent.connectAs(GRANTEE, 7100)) {
      assertEquals("not-found", member.code("GET team"), "both must hold");
      assertEquals("value", both.ask("GET team").text());
    }
    assertEquals("ok", owner.code("DEL team"));
  }

  @Test
  void aStrangerGetsTheAnswersOfANameThatWasNeverUsed() {
    owner.put("private 60000", "value");
    for (RawClient other : List.of(stranger, grantee, root)) {
      for (String form :
          new String[] {
            "GET %s",
            "GET %s owner=7001",
            "STAT %s",
            "STAT %s owner=7001",
            "TOUCH %s 1000",
            "DEL %s",
            "GRANT %s uid:7002",
            "REVOKE %s uid:7002",
            "RENAME %s other",
            "EXPLAIN %s " + ProcessHandle.current().pid()
          }) {
        String there = other.ask(form.formatted("private")).line();
        String never = other.ask(form.formatted("nothing")).line();
        assertEquals(never, there, form);
        assertTrue(there.startsWith("ERR not-found no such key"), there);
      }
      assertEquals(0, other.ask("LIST private").number("count"));
      assertFalse(other.ask("LIST").text().contains("private"));
      assertEquals("ok", other.tryPut("private 60000 if=absent", "squat").code());
      assertEquals("conflict", other.tryPut("private 1000 if=version:1", "x").code());
    }
    assertEquals("value", owner.ask("GET private").text(), "not blocked, not replaced");
    assertEquals(1, owner.ask("LIST private").number("count"));
    for (RawClient other : List.of(stranger, grantee, root)) {
      assertEquals("squat", other.ask("GET private").text());
      assertEquals("ok", other.code("DEL private"));
    }
    assertEquals("ok", owner.code("DEL private"));
  }

  @Test
  void aDeletedOrUsedUpSecretLooksToGranteesLikeOneThatNeverWas() {
    owner.put("ended 60000 once allow=uid:7002", "value");
    assertEquals("value", grantee.ask("GET ended").text());
    assertEquals(grantee.ask("GET nothing").line(), grantee.ask("GET ended").line());
    assertEquals("not-found", owner.code("GET ended"));
  }

  @Test
  void reportsTellOthersNothingOfOthers() {
    owner.put("counted 60000", "0123456789");
    try {
      String status = stranger.ask("STATUS").text();
      assertEquals(0, Json.number(status, "secrets"));
      assertEquals(0, Json.number(status, "bytes"));
      assertEquals(1, Json.number(status, "connections"));
      String own = owner.ask("STATUS").text();
      assertEquals(1, Json.number(own, "secrets"));
      assertEquals(10, Json.number(own, "bytes"));
      assertTrue(Json.number(root.ask("STATUS").text(), "connections") >= 4);
      Metrics metrics = Metrics.parse(stranger.ask("METRICS").text());
      assertEquals(0, metrics.value("secmem_secrets"));
      assertEquals(1, metrics.value("secmem_connections"));
      assertTrue(
          metrics
              .types()
              .keySet()
              .equals(
                  java.util.Set.of("secmem_secrets", "secmem_secret_bytes", "secmem_connections")),
          "no totals: " + metrics.types().keySet());
      assertEquals("denied", stranger.code("AUDIT"));
      assertEquals("denied", stranger.code("AUDIT 1"));
      assertEquals("bad-request", stranger.code("AUDIT 0"), "the form comes first");
      assertEquals("ok", stranger.code("HELLO"), "the connection goes on");
    } finally {
      owner.ask("DEL counted");
    }
  }

  @Test
  void aGrantToWhomTheAgentDoesNotAdmitChangesNothingForHim() {
    owner.put("outside 60000 allow=uid:7008", "value");
    try (RawClient outsider = agent.connectAs(7008)) {
      assertEquals("denied", outsider.reply().code());
    }
    assertEquals("ok", owner.code("DEL outside"));
  }
}

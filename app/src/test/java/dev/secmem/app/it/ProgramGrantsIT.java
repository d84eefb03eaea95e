package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Grants to programs: real ones, as several uids, copied, replaced, forked and executed. */
class ProgramGrantsIT {
  private static final long OWNER = 7001;
  private static final long GUEST = 7002;
  private static final long OTHER = 7003;

  private static AgentProcess agent;
  private static NativeClient programs;
  private static RawClient owner;
  private static String ask;

  @BeforeAll
  static void start() {
    Needs.otherUids();
    programs = new NativeClient();
    ask = programs.path("ask");
    agent =
        AgentProcess.with("--allow-uid", "7001", "--allow-uid", "7002", "--allow-uid", "7003")
            .start();
    owner = agent.connectAs(OWNER);
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      owner.close();
      agent.close();
    }
    if (programs != null) {
      programs.close();
    }
  }

  private static String askNow(long uid, String program, String line) {
    return programs.code(uid, program, "now", agent.socket(), line);
  }

  @Test
  void theProgramReadsAndACopyAtAnotherPathDoesNot() {
    String copy = programs.copy("copy");
    owner.put("exe 60000 allow=exe:" + ask, "value");
    assertEquals("ok", askNow(GUEST, ask, "GET exe"));
    assertEquals("ok", askNow(OTHER, ask, "GET exe"));
    assertEquals("not-found", askNow(GUEST, copy, "GET exe"));
    owner.put("exe 60000 allow=uid:7002+exe:" + ask, "value");
    assertEquals("ok", askNow(GUEST, ask, "GET exe"));
    assertEquals("not-found", askNow(OTHER, ask, "GET exe"), "both must hold");
    assertEquals("not-found", askNow(GUEST, copy, "GET exe"));
    try (RawClient java = agent.connectAs(GUEST)) {
      assertEquals("not-found", java.code("GET exe"), "a JVM of the same uid");
    }
    assertEquals("ok", owner.code("DEL exe"));
  }

  @Test
  void aReplacedFileEndsItForWhoRunsTheOldOne() {
    String program = programs.copy("replaced");
    owner.put("re 60000 allow=exe:" + program, "value");
    NativeClient.Running old = programs.start(GUEST, program, "wait", agent.socket(), "GET re");
    assertEquals("ok", old.code());
    programs.copy("replaced");
    old.goOn();
    assertEquals("not-found", old.code(), "on the same connection");
    assertEquals("ok", askNow(GUEST, program, "GET re"), "the new one");
    assertEquals("ok", owner.code("DEL re"));
  }

  @Test
  void theFactsAreThoseOfWhoConnectedAndOfNobodyWhenHeHasEnded() {
    owner.put("orphan 60000 allow=uid:7002+exe:" + ask, "value");
    owner.put("byuid 60000 allow=uid:7002", "value");
    assertEquals("ok", askNow(GUEST, ask, "GET orphan"), "the control");
    assertEquals("not-found", programs.code(GUEST, ask, "orphan", agent.socket(), "GET orphan"));
    assertEquals(
        "ok",
        programs.code(GUEST, ask, "orphan", agent.socket(), "GET byuid"),
        "the uid is that of the moment of connecting");
    assertEquals("ok", owner.code("DEL orphan"));
    assertEquals("ok", owner.code("DEL byuid"));
  }

  /** The limit that THREAT-MODEL.md names (R20): exe: is no border within a uid. */
  @Test
  void aParentThatExecutesTheProgramWhileItsChildAsksIsTakenForTheProgram() {
    owner.put("fooled 60000 allow=exe:/usr/bin/sleep", "value");
    String line = "GET fooled";
    assertEquals("not-found", askNow(GUEST, ask, line), "the control");
    assertEquals(
        "ok",
        programs.code(GUEST, ask, "disguise", agent.socket(), line, "/usr/bin/sleep", "1000"));
    assertEquals("ok", owner.code("DEL fooled"));
  }

  @Test
  void anExecOfAnotherProgramEndsIt() {
    String other = programs.copy("other");
    owner.put("ex 60000 allow=exe:" + ask, "value");
    NativeClient.Running running =
        programs.start(GUEST, ask, "exec", agent.socket(), "GET ex", other);
    assertEquals("ok", running.code());
    assertEquals("not-found", running.code(), "the same connection, another program");
    assertEquals("ok", owner.code("DEL ex"));
  }

  @Test
  void aSetUidProgramIsRootWhenItConnectsAndTheCallerWhenHeConnectedBefore() {
    String elevated = programs.setUidCopy("elevated");
    owner.put("su 60000 allow=uid:7002", "value");
    owner.put("sux 60000 allow=exe:" + elevated, "value");
    assertEquals("not-found", askNow(GUEST, elevated, "GET su"), "it connects as root");
    assertEquals("ok", askNow(GUEST, elevated, "GET sux"));
    NativeClient.Running running =
        programs.start(GUEST, ask, "exec", agent.socket(), "GET su", elevated);
    assertEquals("ok", running.code());
    assertEquals("ok", running.code(), "the connection's uid stays");
    NativeClient.Running program =
        programs.start(GUEST, ask, "exec", agent.socket(), "GET sux", elevated);
    assertEquals("not-found", program.code());
    assertEquals("ok", program.code(), "the program is the set-uid one");
    assertEquals("ok", owner.code("DEL su"));
    assertEquals("ok", owner.code("DEL sux"));
  }

  @Test
  void interpretersAreRefusedUnlessTheAgentAllowsThem() {
    for (String program : new String[] {"/bin/sh", "/usr/bin/python3.11", "/x/java", "/x/perl5"}) {
      Reply reply = owner.tryPut("i 60000 allow=exe:" + program, "v");
      assertEquals("bad-request", reply.code());
      assertTrue(reply.line().contains("--allow-interpreter"), reply.line());
    }
    Reply bound = owner.tryPut("i 60000 bind=exe", "v");
    assertTrue(bound.line().contains("--allow-interpreter"), bound.line());
    assertEquals("not-found", owner.code("GET i"));
    try (AgentProcess lenient =
            AgentProcess.with("--allow-uid", "7001", "--allow-interpreter").start();
        RawClient own = lenient.connect();
        RawClient guest = lenient.connectAs(OWNER)) {
      own.put("i 60000 bind=exe allow=uid:7001", "v");
      assertEquals("ok", own.code("GET i"));
      assertEquals("ok", guest.code("GET i"), "the same JVM");
      assertEquals(
          "not-found", programs.code(OWNER, ask, "now", lenient.socket(), "GET i"), "not another");
      assertEquals(
          "denied", programs.code(0, ask, "now", lenient.socket(), "GET i"), "nor the owner");
    }
  }

  @Test
  void anAgentThatCannotSeeOthersProgramsSaysSo() {
    try (AgentProcess small = AgentProcess.with("--allow-uid", "7002").uid(OWNER).start();
        RawClient own = small.connect();
        RawClient guest = small.connectAs(GUEST)) {
      for (String grant : new String[] {"exe:" + ask, "uid:7002+exe:" + ask}) {
        Reply reply = own.tryPut("k 60000 allow=" + grant, "v");
        assertEquals("bad-request", reply.code());
        assertTrue(reply.line().contains("CAP_SYS_PTRACE"), reply.line());
      }
      own.put("k 60000 allow=uid:7002", "v");
      assertEquals("bad-request", own.code("GRANT k exe:" + ask));
      assertEquals("ok", own.code("GRANT k uid:7001+exe:" + ask));
      Reply bound = guest.tryPut("mine 60000 bind=exe", "v");
      assertEquals("bad-request", bound.code());
    }
    try (AgentProcess alone = AgentProcess.with().uid(OWNER).start();
        RawClient own = alone.connect()) {
      own.put("k 60000 allow=exe:" + ask, "v");
      String told = programs.start(OWNER, ask, "wait", alone.socket(), "GET k").code();
      assertEquals("ok", told);
    }
  }

  @Test
  void oneCapabilityIsEnoughToSeeThem() {
    AgentOptions options =
        AgentProcess.with("--allow-uid", "7002")
            .uid(OWNER)
            .rights("--inh-caps", "+sys_ptrace", "--ambient-caps", "+sys_ptrace");
    try (AgentProcess capable = options.start();
        RawClient own = capable.connect()) {
      own.put("k 60000 allow=exe:" + ask, "v");
      assertEquals("ok", programs.code(GUEST, ask, "now", capable.socket(), "GET k"));
      String copy = programs.copy("unseen");
      assertEquals("not-found", programs.code(GUEST, copy, "now", capable.socket(), "GET k"));
    }
  }

  @Test
  void theAuditNamesTheProgramWhereAGrantAskedForIt() {
    owner.put("audited 60000 allow=exe:" + ask, "value");
    assertEquals("ok", askNow(GUEST, ask, "GET audited"));
    assertEquals("not-found", askNow(GUEST, programs.copy("spy"), "GET audited"));
    assertEquals("ok", owner.code("GET audited"));
    try (RawClient root = agent.connect()) {
      String audit = root.ask("AUDIT 1000").text();
      String programsSeen =
          audit
              .lines()
              .filter(line -> Json.value(line, "event").equals("get"))
              .filter(line -> line.contains("\"audited\""))
              .map(line -> line.replaceAll(".*\"exe\":(.*),\"prev\".*", "$1"))
              .reduce("", (a, b) -> a + b + " ");
      assertEquals("\"" + ask + "\" \"" + programs.path("spy") + "\" null ", programsSeen);
    }
    assertEquals("ok", owner.code("DEL audited"));
  }

  @Test
  void explainTellsTheOwnerWhyNot() {
    String copy = programs.copy("explained");
    owner.put("why 60000 allow=uid:7002+exe:" + ask + ",uid:7003", "value");
    owner.put("bare 60000", "value");
    NativeClient.Running good = programs.start(GUEST, ask, "wait", agent.socket(), "HELLO");
    NativeClient.Running bad = programs.start(GUEST, copy, "wait", agent.socket(), "HELLO");
    assertEquals("ok", good.code());
    assertEquals("ok", bad.code());
    String yes = owner.ask("EXPLAIN why " + good.pid()).text();
    assertTrue(
        yes.contains("\"uid\":7002,\"admitted\":true,\"owner\":false,\"readable\":true"), yes);
    String no = owner.ask("EXPLAIN why " + bad.pid()).text();
    assertTrue(no.contains("\"readable\":false"), no);
    assertTrue(no.contains("\"why_not\":\"exe:" + ask + ": it runs another program\""), no);
    assertTrue(no.contains("\"why_not\":\"uid:7003: it is of another uid\""), no);
    assertTrue(!no.contains(copy), "which one is not told: " + no);
    String bare = owner.ask("EXPLAIN bare " + bad.pid()).text();
    assertTrue(bare.contains("\"readable\":false,\"grants\":[],\"bind\":null"), bare);
    good.goOn();
    bad.goOn();
    assertEquals("ok", owner.code("DEL why"));
    assertEquals("ok", owner.code("DEL bare"));
  }
}

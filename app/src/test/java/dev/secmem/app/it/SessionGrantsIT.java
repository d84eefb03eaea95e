package dev.secmem.app.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Login sessions, units, groups, and what the command line makes of them. */
class SessionGrantsIT {
  private static final String UNSET = "4294967295";
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup/unified");

  private static AgentProcess agent;

  @BeforeAll
  static void start() {
    Needs.otherUids();
    agent = AgentProcess.with("--allow-uid", "7001", "--allow-uid", "7002").start();
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static Programs.Result shell(String script) {
    String ctl = Distribution.readableHome().resolve("bin/secmemctl").toString();
    return Programs.run(
        Map.of("SECMEM_SOCK", agent.socket(), "ctl", ctl), "value", "sh", "-c", script);
  }

  /** Runs commands in a login session of their own: the kernel numbers a new one for each. */
  private static Programs.Result session(String script) {
    Programs.Result result = shell("echo 7001 > /proc/self/loginuid && " + script);
    return result;
  }

  private static void needsSessions() {
    Programs.Result made = session("cat /proc/self/sessionid");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        made.code() == 0 && !made.text().isBlank() && !made.text().equals(UNSET),
        "needs a kernel with audit and the right to begin a login session");
  }

  @Test
  void aSessionGrantHoldsInTheOwnersSessionOnly() throws Exception {
    needsSessions();
    String as2 = "setpriv --reuid 7002 --regid 7002 --clear-groups $ctl ";
    String as1 = "setpriv --reuid 7001 --regid 7001 --clear-groups $ctl ";
    Programs.Result here =
        session(as1 + "put s --allow uid:7002+session && " + as2 + "get s && " + as1 + "ls s");
    assertEquals(0, here.code(), here.err());
    assertTrue(here.text().startsWith("value"), here.text());
    assertTrue(here.text().contains("uid:7002+session"), here.text());
    assertEquals(3, session(as2 + "get s").code(), "another session");
    assertEquals(3, shell(as2 + "get s").code(), "no session");
    assertEquals(0, session(as1 + "get s").code(), "the owner's uid is not bound");
    Programs.Result none = shell(as1 + "put t --allow session");
    String id = Files.readString(Path.of("/proc/self/sessionid"));
    if (id.equals(UNSET)) {
      assertEquals(1, none.code());
      assertTrue(none.err().contains("audit session id is unset"), none.err());
    }
    assertEquals(0, shell(as1 + "rm s").code());
  }

  @Test
  void aBoundSecretIsReadInItsSessionOnlyByItsOwnerToo() {
    needsSessions();
    Programs.Result here = session("$ctl put b --bind session && $ctl get b && $ctl stat b");
    assertEquals(0, here.code(), here.err());
    assertTrue(here.text().startsWith("value"), here.text());
    assertTrue(here.text().contains("bound to    session"), here.text());
    Programs.Result there = session("$ctl get b");
    assertEquals(5, there.code(), there.err());
    assertTrue(there.err().contains("bound to another session than yours"), there.err());
    assertEquals(5, shell("$ctl get b").code());
    assertEquals(0, session("$ctl touch b && $ctl rm b").code());
  }

  @Test
  void whoamiTellsWhatTheKernelSays() {
    needsSessions();
    Programs.Result who =
        session(
            "cat /proc/self/sessionid; echo; exec setpriv --reuid 7001 --regid 7100"
                + " --groups 7100,7200,7300 $ctl whoami --json");
    assertEquals(0, who.code(), who.err());
    String[] lines = who.text().split("\n");
    String json = lines[1];
    assertEquals(List.of("uid", "gid", "groups", "pid", "exe", "session", "unit"), Json.keys(json));
    assertEquals(7001, Json.number(json, "uid"));
    assertEquals(7100, Json.number(json, "gid"));
    assertTrue(json.contains("\"groups\":[7100,7200,7300]"), json);
    assertEquals(lines[0], Json.value(json, "session"));
    assertTrue(json.contains("/bin/java\""), json);
    Programs.Result text = shell("$ctl whoami");
    assertTrue(text.text().contains("unit     -"), text.text());
  }

  @Test
  void aUnitIsTheGroupThatTheSystemMade() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.isWritable(CGROUPS)
            && !Files.exists(Path.of("/run/systemd/system"))
            && !Files.exists(CGROUPS.resolve("system.slice")),
        "needs control groups that nobody else manages");
    Path slice = Files.createDirectory(CGROUPS.resolve("system.slice"));
    Path user = Files.createDirectory(CGROUPS.resolve("user.slice"));
    Path unit = Files.createDirectory(slice.resolve("secmem-it.service"));
    Path fake = Files.createDirectory(user.resolve("secmem-it.service"));
    try {
      assertEquals(0, shell("$ctl put u --allow uid:7002+unit:secmem-it").code());
      String as2 = "exec setpriv --reuid 7002 --regid 7002 --clear-groups $ctl ";
      assertEquals("value", in(unit, as2 + "get u").text());
      assertEquals(3, in(fake, as2 + "get u").code());
      assertEquals(3, shell(as2 + "get u").code());
      assertTrue(in(unit, "$ctl whoami").text().contains("unit     secmem-it.service"));
      assertTrue(in(fake, "$ctl whoami").text().contains("unit     -"));
      assertEquals(0, in(unit, "$ctl put u --bind unit && $ctl get u").code());
      assertEquals(5, in(fake, "$ctl get u").code());
      assertEquals(1, in(fake, "$ctl put w --bind unit").code());
    } finally {
      shell("$ctl rm u");
      for (Path group : List.of(unit, fake, slice, user)) {
        Await.until("its processes ended", () -> remove(group));
      }
    }
  }

  private static boolean remove(Path group) {
    try {
      Files.delete(group);
      return true;
    } catch (IOException e) {
      return false; // busy until the kernel has buried its last process
    }
  }

  private static Programs.Result in(Path group, String script) {
    return shell("echo $$ > " + group.resolve("cgroup.procs") + " && " + script);
  }

  @Test
  void grantsComeAndGoByTheCommandLine() {
    String as2 = "setpriv --reuid 7002 --regid 7002 --clear-groups $ctl ";
    assertEquals(0, shell("$ctl put g").code());
    assertEquals(3, shell(as2 + "get g").code());
    assertEquals(0, shell("$ctl grant g uid:7002 gid:root").code());
    assertEquals("value", shell(as2 + "get g").text());
    assertTrue(shell("$ctl ls g").text().contains("uid:7002,gid:0"));
    assertEquals(3, shell("$ctl revoke g uid:7003").code());
    assertEquals(2, shell("$ctl revoke g uid:no-such-user").code());
    assertEquals(3, shell(as2 + "revoke g uid:7002").code(), "the owner's business");
    assertEquals(0, shell("$ctl revoke g uid:7002 gid:0").code());
    assertEquals(3, shell(as2 + "get g").code());
    Programs.Result explained = shell("$ctl explain g --pid $$");
    assertTrue(explained.text().contains("can read g\n"), explained.text() + explained.err());
    String json = shell("$ctl explain g --pid $$ --json").text();
    assertEquals(
        List.of("name", "pid", "uid", "admitted", "owner", "readable", "grants", "bind"),
        Json.keys(json));
    assertEquals(3, shell("$ctl explain g --pid 4194304").code());
    assertEquals(2, shell("$ctl explain g").code());
    assertEquals(0, shell("$ctl rm g").code());
  }

  @Test
  void aSupplementaryGroupIsAsGoodAsThePrimaryOne() {
    assertEquals(0, shell("$ctl put team --allow gid:7300 --allow gid:7200+uid:7002").code());
    String member = "exec setpriv --reuid 7002 --regid 7100 --groups %s $ctl get team";
    assertEquals("value", shell(member.formatted("7100,7300")).text());
    assertEquals("value", shell(member.formatted("7200")).text());
    assertEquals(3, shell(member.formatted("7400")).code());
    String other = "exec setpriv --reuid 7001 --regid 7200 --clear-groups $ctl get team";
    assertEquals(3, shell(other).code(), "the uid must hold, too");
    assertEquals(0, shell("$ctl rm team").code());
  }

  @Test
  void gradesAreGivenOrRefused() {
    Needs.otherUids();
    try (AgentProcess poor =
            AgentProcess.with("--cipher", "tink").uid(7001).limits("ulimit -l 0").start();
        RawClient own = poor.connect()) {
      for (String grade : new String[] {"hidden", "locked"}) {
        Reply reply = own.tryPut("k 60000 grade=" + grade, "v");
        assertEquals("bad-request", reply.code(), grade);
        assertTrue(reply.line().contains("gives grade=any at most"), reply.line());
      }
      own.put("k 60000 grade=any", "v");
    }
    try (AgentProcess keyOnHeap = AgentProcess.with("--cipher", "bc").start();
        RawClient own = keyOnHeap.connect()) {
      assertEquals("bad-request", own.tryPut("k 60000 grade=hidden", "v").code());
      own.put("k 60000 grade=locked", "v");
      assertEquals("conflict", own.tryPut("k 60000", "w").code());
      assertEquals("v", own.ask("GET k").text());
      own.put("k 60000 downgrade", "w");
      assertEquals("any", own.ask("STAT k").field("grade"));
    }
  }
}

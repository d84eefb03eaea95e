package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.linux.OwnIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WHOAMI, EXPLAIN, and the program in audit lines. */
final class IdentityVerbsTest {
  private Parts parts;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void whoamiTellsWhatIsKnownAndNullWhereNothingIs() {
    Answer unknown = parts.client(1000).call("WHOAMI").assertOk("");
    assertEquals(
        "{\"uid\":1000,\"gid\":1000,\"groups\":null,\"pid\":99999999,\"exe\":null,"
            + "\"session\":null,\"unit\":null}\n",
        unknown.bodyText());
    String known = parts.client(1000, "5", "/bin/app").call("WHOAMI").bodyText();
    assertTrue(known.contains("\"exe\":\"/bin/app\",\"session\":5,\"unit\":null"), known);
    parts.client(1000).call("WHOAMI now").assertFails(ErrorCode.BAD_REQUEST);
  }

  @Test
  void explainTellsForEachGrantAndBindWhetherAndWhyNot() {
    long pid = ProcessHandle.current().pid();
    long uid = OwnIdentity.uid();
    Client owner = parts.client(7777, "5", null);
    owner.call("PUT k 60000 bind=session allow=uid:" + uid + ",uid:7+gid:1,exe:/x", "v").assertOk();
    String told = owner.call("EXPLAIN k " + pid).assertOk("").bodyText();
    assertEquals(
        ("{\"name\":\"k\",\"pid\":PID,\"uid\":UID,\"admitted\":true,\"owner\":false,"
                + "\"readable\":false,\"grants\":["
                + "{\"grant\":\"uid:UID\",\"matches\":true,\"why_not\":null},"
                + "{\"grant\":\"uid:7+gid:1\",\"matches\":false,"
                + "\"why_not\":\"uid:7: it is of another uid\"},"
                + "{\"grant\":\"exe:/x\",\"matches\":false,"
                + "\"why_not\":\"exe:/x: it is of another exe, or that cannot be seen\"}],"
                + "\"bind\":{\"bind\":\"session\",\"matches\":false,"
                + "\"why_not\":\"it is of another session, or that cannot be seen\"}}\n")
            .replace("PID", "" + pid)
            .replace("UID", "" + uid),
        told);
    owner.call("PUT k 60000 allow=uid:" + uid, "v").assertOk();
    String readable = owner.call("EXPLAIN k " + pid).bodyText();
    assertTrue(readable.contains("\"readable\":true"), readable);
    assertTrue(readable.endsWith("],\"bind\":null}\n"), readable);
    assertEquals("0", owner.call("STAT k").field("reads"), "asking is no read");
    Client own = parts.own();
    long version = own.call("PUT k 60000", "v").number("version");
    String mine = own.call("EXPLAIN k " + pid).bodyText();
    assertTrue(mine.contains("\"owner\":true,\"readable\":true,\"grants\":[],"), mine);
    String audit = own.call("AUDIT 1").bodyText();
    assertTrue(audit.contains("\"owner\":" + uid + ",\"version\":" + version + ","), audit);
  }

  @Test
  void explainRefusesWhatIsNoProcessAndWhoIsNoOwner() throws Exception {
    Client owner = parts.client(1000);
    owner.call("PUT k 60000 allow=uid:1001", "v").assertOk();
    owner.call("EXPLAIN k").assertFails(ErrorCode.BAD_REQUEST);
    owner.call("EXPLAIN k 1 1").assertFails(ErrorCode.BAD_REQUEST);
    owner.call("EXPLAIN none 1").assertFails(ErrorCode.NOT_FOUND, "no such key");
    String audit = parts.own().call("AUDIT 1").bodyText();
    assertTrue(audit.contains("\"name\":\"none\",\"owner\":1000,\"version\":null"), audit);
    owner.call("EXPLAIN k 4194304").assertFails(ErrorCode.NOT_FOUND, "no such process: 4194304");
    for (String pid : new String[] {"0", "-1", "4194305", "x", "01"}) {
      owner.call("EXPLAIN k " + pid).assertFails(ErrorCode.BAD_REQUEST);
    }
    parts.client(1001).call("EXPLAIN k 1").assertFails(ErrorCode.NOT_FOUND, "no such key");
    owner.call("PUT short 1", "v").assertOk();
    Thread.sleep(5);
    owner.call("EXPLAIN short 1").assertFails(ErrorCode.EXPIRED);
  }

  @Test
  void theAuditTellsTheProgramWhereItWasAskedFor() {
    parts.client(1000).call("PUT k 60000 allow=uid:1001+exe:/bin/app", "v").assertOk();
    parts.client(1000).call("GET k").assertOk();
    parts.client(1001, null, "/bin/app").call("GET k").assertOk();
    parts.client(1001, null, "/bin/other").call("GET k").assertFails(ErrorCode.NOT_FOUND);
    parts.client(1001, null, null).call("GET k").assertFails(ErrorCode.NOT_FOUND);
    Client twice = parts.client(1001, null, "/bin/app");
    twice.call("GET k").assertOk();
    twice.call("HELLO").assertOk();
    String audit = parts.own().call("AUDIT 7").bodyText();
    String[] programs =
        audit
            .lines()
            .map(line -> line.replaceAll(".*\"exe\":(.*),\"prev\".*", "$1"))
            .toArray(String[]::new);
    assertEquals(
        "null,null,\"/bin/app\",\"/bin/other\",null,\"/bin/app\",null", String.join(",", programs));
  }
}

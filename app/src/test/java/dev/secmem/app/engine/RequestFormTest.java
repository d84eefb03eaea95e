package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.linux.OwnIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not exactly right is refused, and in which order. */
final class RequestFormTest {
  private Parts parts;
  private Client stranger;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    stranger = parts.client(OwnIdentity.uid() + 1000);
  }

  @AfterEach
  void close() {
    parts.close();
  }

  private static final String[] BAD = {
    "HELLO x",
    "STATUS x",
    "METRICS x",
    "AUDIT 1 2",
    "LIST a b",
    "GET",
    "STAT",
    "DEL",
    "TOUCH",
    "TOUCH k",
    "PUT",
    "PUT k",
    "GET k owner=1 x",
    "DEL k x",
    "TOUCH k 1 x",
    "STAT k owner=1 x",
    "GET k 1000",
    "GET k owner",
    "GET k owner=",
    "GET k owner=x",
    "GET k owner=-1",
    "GET k owner=01",
    "GET k owner=4294967295",
    "GET k owner=99999999999999999999",
    "GET k OWNER=1",
    "GET k*",
    "GET k,k",
    "GET %6b",
    "GET k=v",
    "GET " + "n".repeat(201),
    "STAT k\\",
    "DEL \"k\"",
    "TOUCH k 0",
    "TOUCH k -1",
    "TOUCH k +1",
    "TOUCH k 1.5",
    "TOUCH k 1s",
    "TOUCH k 01",
    "TOUCH k 2592000001",
    "TOUCH k 9223372036854775807",
    "TOUCH k 9223372036854775808",
    "TOUCH k 99999999999999999999",
    "TOUCH k --",
    "TOUCH k ten",
    "TOUCH k 0x10",
    "LIST " + "n".repeat(201),
    "LIST k*",
    "AUDIT 0",
    "AUDIT 10001",
    "AUDIT -1",
    "AUDIT x",
    "PUT k* 1",
    "PUT k 0",
    "PUT k x",
    "PUT " + "n".repeat(201) + " 1",
    "PUT k 1 x",
    "PUT k 1 ONCE",
    "PUT k 1 once=1",
    "PUT k 1 once once",
    "PUT k 1 once reads=2",
    "PUT k 1 reads=1 once",
    "PUT k 1 reads=0",
    "PUT k 1 reads=1000001",
    "PUT k 1 reads=",
    "PUT k 1 reads=-1",
    "PUT k 1 reads=01",
    "PUT k 1 reads=2 reads=2",
    "PUT k 1 reads",
    "PUT k 1 if=",
    "PUT k 1 if=present",
    "PUT k 1 if=version",
    "PUT k 1 if=version:",
    "PUT k 1 if=version:-1",
    "PUT k 1 if=version:01",
    "PUT k 1 if=absent if=absent",
    "PUT k 1 if=absent if=version:1",
    "PUT k 1 allow=",
    "PUT k 1 allow",
    "PUT k 1 allow=uid",
    "PUT k 1 allow=uid:",
    "PUT k 1 allow=uid:x",
    "PUT k 1 allow=uid:-1",
    "PUT k 1 allow=uid:01",
    "PUT k 1 allow=uid:4294967295",
    "PUT k 1 allow=uid:65534",
    "PUT k 1 allow=gid:65534",
    "PUT k 1 allow=UID:1",
    "PUT k 1 allow=nobody:1",
    "PUT k 1 allow=:1",
    "PUT k 1 allow=uid:1,",
    "PUT k 1 allow=,uid:1",
    "PUT k 1 allow=uid:1,,uid:2",
    "PUT k 1 allow=uid:1+",
    "PUT k 1 allow=+uid:1",
    "PUT k 1 allow=uid:1++gid:1",
    "PUT k 1 allow=uid:1 allow=uid:2",
    "PUT k 1 allow=tty:1",
    "PUT k 1 allow=session",
    "PUT k 1 bind=",
    "PUT k 1 bind=uid",
    "PUT k 1 bind=session bind=session",
    "PUT k 1 grade=",
    "PUT k 1 grade=Hidden",
    "PUT k 1 grade=any grade=any",
    "PUT k 1 downgrade=1",
    "PUT k 1 downgrade downgrade",
    "PUT k 1 allow=" + "uid:1,".repeat(32) + "uid:1",
  };

  @Test
  void badRequestsAreBadWhateverComesWithThem() {
    for (String line : BAD) {
      Answer answer = stranger.call(line, "body");
      assertEquals(ErrorCode.BAD_REQUEST, answer.code(), line + ": " + answer.text());
      assertTrue(answer.text().matches("[\\x20-\\x7e]+"), answer.text());
    }
    assertEquals(0, parts.quota.total().secrets());
  }

  @Test
  void theMessageSaysHowManyArgumentsThereMayBe() {
    String[][] messages = {
      {"GET", "GET needs 1 argument"},
      {"PUT k", "PUT needs 2 arguments"},
      {"HELLO x", "HELLO takes no argument"},
      {"LIST a b", "LIST takes at most 1 argument"},
      {"GET k owner=1 x", "GET takes at most 2 arguments"},
    };
    for (String[] each : messages) {
      stranger.call(each[0]).assertFails(ErrorCode.BAD_REQUEST, each[1]);
    }
  }

  @Test
  void theLargestUidIsOne() {
    stranger.call("GET k owner=4294967294").assertFails(ErrorCode.NOT_FOUND);
    stranger.call("GET k owner=0").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void whatIsJustRightIsTaken() throws Exception {
    String[] good = {
      "PUT k 1",
      "PUT k -",
      "PUT k 2592000000",
      "PUT " + "n".repeat(200) + " 1",
      "PUT AZaz09._-/@:+ 1",
      "PUT k 1 once",
      "PUT k 1 reads=1",
      "PUT k 1 reads=1000000",
      "PUT k 1 allow=uid:0",
      "PUT k 1 allow=uid:4294967294",
      "PUT k 1 allow=gid:0+uid:3,uid:4",
      "PUT k 1 allow=" + "uid:1,".repeat(31) + "uid:1",
      "PUT b 1 if=absent once allow=uid:1",
      "PUT c 1 allow=uid:1 reads=5 if=absent",
      "LIST",
      "LIST k",
      "LIST " + "n".repeat(200),
      "HELLO",
    };
    for (String line : good) {
      stranger.call(line, "body").assertOk();
    }
  }

  @Test
  void anUnknownVerbIsUnknown() {
    for (String line : new String[] {"NOPE", "put k 1", "Get k", "lock", "PUTT k 1", "SIGNS k"}) {
      stranger.call(line).assertFails(ErrorCode.UNKNOWN_VERB);
    }
  }

  @Test
  void theLineIsJudgedBeforeTheBodyTheBodyBeforeRightsAndRightsBeforeTheState() {
    Client client = parts.client(OwnIdentity.uid() + 2000);
    client.call("PUT k -", "x").assertOk();
    byte[] tooLarge = new byte[(1 << 20) + 1];
    client.call("PUT k 0", tooLarge).assertFails(ErrorCode.BAD_REQUEST);
    client.call("PUT k 0").assertFails(ErrorCode.BAD_REQUEST);
    client.call("PUT k -").assertFails(ErrorCode.BAD_REQUEST, "no descriptor came");
    client.call("PUT k - if=absent", tooLarge).assertFails(ErrorCode.TOO_LARGE);
    client.call("PUT k - if=absent").assertFails(ErrorCode.BAD_REQUEST, "no descriptor came");
    client.call("AUDIT 0").assertFails(ErrorCode.BAD_REQUEST);
    client.call("AUDIT").assertFails(ErrorCode.DENIED);
    client.call("GET k*").assertFails(ErrorCode.BAD_REQUEST);
    client.call("PUT k - if=absent", "x").assertFails(ErrorCode.EXISTS);
  }

  @Test
  void theConditionIsJudgedBeforeTheQuota() throws Exception {
    EngineOptions one =
        new EngineOptions(64, 1, 1 << 20, 8, 100, 60_000, 60_000, EngineOptions.AuditFilter.ALL);
    try (Parts small = Parts.open(one)) {
      Client client = small.client(1);
      client.call("PUT a -", "x").assertOk();
      client.call("PUT b - if=version:5", "x").assertFails(ErrorCode.CONFLICT);
      client.call("PUT a - if=absent", "x").assertFails(ErrorCode.EXISTS);
      client.call("PUT b -", "x").assertFails(ErrorCode.QUOTA);
      client.call("PUT a -", "replaced").assertOk();
    }
  }
}

package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.Body;
import dev.secmem.linux.Clock;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verbs on secrets, by docs/PROTOCOL.md. */
final class SecretVerbsTest {
  private static final long ALICE = 1000;
  private static final long BOB = 1001;
  private static final long CAROL = 1002;

  private Parts parts;
  private Client alice;
  private Client bob;
  private Client carol;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    alice = parts.client(ALICE);
    bob = parts.client(BOB);
    carol = parts.client(CAROL);
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void whatIsPutIsGotByteByByteAtEverySize() throws Exception {
    Random random = new Random(1);
    long version = 0;
    for (int size : new int[] {0, 1, 63, 8192, 8193, 131072, 131073, 1 << 20}) {
      byte[] value = new byte[size];
      random.nextBytes(value);
      Answer put = alice.call("PUT k 60000", value);
      assertTrue(put.number("version") > version, "versions grow");
      version = put.number("version");
      put.assertOk("version=" + version);
      Answer get = alice.call("GET k");
      assertArrayEquals(value, get.body());
      long ttl = get.number("ttl_ms");
      assertTrue(ttl > 1 && ttl <= 60000, "ttl " + ttl);
      get.assertOk("version=" + version + " ttl_ms=" + ttl + " size=" + size + " owner=1000");
    }
    alice.call("DEL k").assertOk("");
    parts.assertNothingLeft();
  }

  @Test
  void aValueOverTheLimitIsNeverRead() {
    int[] reads = new int[1];
    Body tooLarge =
        FakeRequest.body(
            (1 << 20) + 1,
            target -> {
              reads[0]++;
            });
    alice.call("PUT k -", "old");
    alice
        .send("PUT k 1000", tooLarge, new Answer())
        .assertFails(ErrorCode.TOO_LARGE, "a secret has at most 1048576 bytes");
    assertEquals(0, reads[0]);
    assertEquals("old", alice.call("GET k").bodyText(), "a failed PUT changes nothing");
  }

  @Test
  void aTimeOfItsOwnOrTheDefault() {
    alice.call("PUT k -", "x");
    assertTrue(alice.call("GET k").number("ttl_ms") > 32_400_000 - 60_000);
    alice.call("TOUCH k 1").assertOk("ttl_ms=1");
    alice.call("PUT k 2592000000", "x").assertOk();
    alice.call("TOUCH k -").assertOk("ttl_ms=32400000");
    assertTrue(alice.call("STAT k").number("ttl_ms") <= 32_400_000);
  }

  @Test
  void everyUidHasNamesOfItsOwn() {
    alice.call("PUT k -", "alice's");
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND, "no such key");
    bob.call("STAT k").assertFails(ErrorCode.NOT_FOUND);
    bob.call("GET k owner=1000").assertFails(ErrorCode.NOT_FOUND, "no such key");
    bob.call("TOUCH k 1000").assertFails(ErrorCode.NOT_FOUND);
    bob.call("DEL k").assertFails(ErrorCode.NOT_FOUND);
    bob.call("PUT k - if=absent", "bob's").assertOk();
    assertEquals("alice's", alice.call("GET k").bodyText());
    assertEquals("bob's", bob.call("GET k").bodyText());
    parts.client(0).call("GET k owner=1000").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void namesOfOneHashAreTwoNames() throws Exception {
    // As String.hashCode has it, and 31 times it plus the uid.
    for (String[] pair : new String[][] {{"Aa", "BB"}, {"db/Aa", "db/BB"}}) {
      alice.call("PUT " + pair[0] + " -", "first").assertOk();
      alice.call("GET " + pair[1]).assertFails(ErrorCode.NOT_FOUND);
      alice.call("PUT " + pair[1] + " -", "second").assertOk();
      assertEquals("first", alice.call("GET " + pair[0]).bodyText());
      alice.call("DEL " + pair[1]).assertOk();
      assertEquals("first", alice.call("GET " + pair[0]).bodyText());
    }
    // The hash of b is that of a and one: 31 uids further down it is the same.
    alice.call("PUT a -", "alice's").assertOk();
    parts.client(ALICE - 31).call("GET b").assertFails(ErrorCode.NOT_FOUND);
    parts.client(ALICE - 31).call("GET a").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void aGranteeReadsAndNothingElse() {
    alice.call("PUT k - allow=uid:1001", "shared").assertOk();
    assertEquals("shared", bob.call("GET k").bodyText());
    assertEquals("shared", bob.call("GET k owner=1000").bodyText());
    assertEquals("1000", bob.call("STAT k").field("owner"));
    bob.call("DEL k").assertFails(ErrorCode.NOT_FOUND);
    bob.call("TOUCH k 5").assertFails(ErrorCode.NOT_FOUND);
    carol.call("GET k").assertFails(ErrorCode.NOT_FOUND);
    bob.call("PUT k -", "bob's own").assertOk();
    assertEquals("bob's own", bob.call("GET k").bodyText());
    assertEquals("shared", bob.call("GET k owner=1000").bodyText());
    assertEquals("shared", alice.call("GET k").bodyText());
    alice.call("PUT k -", "no more").assertOk();
    bob.call("GET k owner=1000").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void aGroupIsTheFirstOneToo() throws Exception {
    alice.call("PUT k - allow=gid:77", "for the group");
    FakePeer member = new FakePeer(BOB, 77);
    assertTrue(parts.table.list(member, "", Clock.boottimeNanos()).size() == 1);
    // Groups that cannot be had are no groups.
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void twoOwnersOfOneNameAreAConflictUntilOneIsNamed() {
    alice.call("PUT k - allow=uid:1002", "a");
    bob.call("PUT k - allow=uid:1002", "b");
    carol.call("GET k").assertFails(ErrorCode.CONFLICT);
    carol.call("STAT k").assertFails(ErrorCode.CONFLICT);
    assertEquals("b", carol.call("GET k owner=1001").bodyText());
    bob.call("DEL k").assertOk();
    assertEquals("a", carol.call("GET k").bodyText());
    parts.client(0).call("PUT k - allow=uid:1002", "root's");
    assertEquals("root's", carol.call("GET k owner=0").bodyText());
  }

  @Test
  void aVerbLetsGoOfTheNameForOtherThreads() throws Exception {
    for (String line : new String[] {"DEL k", "DEL k", "TOUCH k 60000", "RENAME k l", "PUT k -"}) {
      alice.call(line, "x");
      Thread other = new Thread(() -> parts.client(ALICE).call("PUT k -", "x"));
      other.setDaemon(true);
      other.start();
      other.join(20_000);
      assertFalse(other.isAlive(), "it waits for the name after " + line);
    }
  }

  @Test
  void anOwnOneThatExpiredDoesNotHideAGrantedOne() throws Exception {
    alice.call("PUT k - allow=uid:1001", "granted");
    bob.call("PUT k 1", "own");
    Thread.sleep(5);
    assertEquals("granted", bob.call("GET k").bodyText());
    bob.call("GET k owner=1001").assertFails(ErrorCode.EXPIRED, "its time ran out");
    bob.call("TOUCH k 1000").assertFails(ErrorCode.EXPIRED);
    bob.call("DEL k").assertFails(ErrorCode.EXPIRED);
    bob.call("DEL k").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void whoCouldReadItIsToldThatItExpiredAndNobodyElse() throws Exception {
    alice.call("PUT k 1 allow=uid:1001", "short");
    Thread.sleep(5);
    for (String verb : new String[] {"GET k", "STAT k", "GET k owner=1000"}) {
      alice.call(verb).assertFails(ErrorCode.EXPIRED);
      bob.call(verb).assertFails(ErrorCode.EXPIRED);
      carol.call(verb).assertFails(ErrorCode.NOT_FOUND);
    }
    alice.call("PUT k - if=absent", "again").assertOk(); // an expired one is absent
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void onceIsOnceAndLeavesNothing() throws Exception {
    alice.call("PUT k - once", "x");
    assertEquals("0", alice.call("STAT k").field("reads"));
    assertEquals("1", alice.call("STAT k").field("reads_left"));
    alice.call("GET k").assertOk();
    alice.call("GET k").assertFails(ErrorCode.NOT_FOUND);
    alice.call("STAT k").assertFails(ErrorCode.NOT_FOUND);
    alice.call("TOUCH k 5").assertFails(ErrorCode.NOT_FOUND);
    alice.call("DEL k").assertFails(ErrorCode.NOT_FOUND);
    alice.call("PUT k - if=absent", "x").assertOk();
    alice.call("DEL k").assertOk();
    parts.assertNothingLeft();
  }

  @Test
  void readsAreCountedAlsoAcrossTouch() throws Exception {
    alice.call("PUT k - reads=3 allow=uid:1001", "x");
    alice.call("GET k").assertOk();
    long version = bob.call("GET k").number("version");
    alice.call("TOUCH k 60000").assertOk("ttl_ms=60000");
    Answer stat = bob.call("STAT k");
    long ttl = stat.number("ttl_ms");
    stat.assertOk(
        "version="
            + version
            + " ttl_ms="
            + ttl
            + " size=1 owner=1000 reads=2 reads_left=1 bind=- grade=any");
    bob.call("GET k").assertOk();
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND);
    parts.assertNothingLeft();
  }

  @Test
  void aReplacementBeginsAnew() {
    alice.call("PUT k - reads=2 allow=uid:1001", "x");
    alice.call("GET k");
    alice.call("PUT k -", "y");
    Answer stat = alice.call("STAT k");
    assertEquals("0", stat.field("reads"));
    assertEquals("-", stat.field("reads_left"));
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void conditionsLookAtTheCallersOwn() {
    alice
        .call("PUT k - if=version:1", "x")
        .assertFails(ErrorCode.CONFLICT, "there is no secret of that name");
    long version = alice.call("PUT k - if=absent", "x").number("version");
    alice.call("PUT k - if=absent", "x").assertFails(ErrorCode.EXISTS);
    alice
        .call("PUT k - if=version:" + (version + 1), "x")
        .assertFails(ErrorCode.CONFLICT, "it has another version");
    long next = alice.call("PUT k - if=version:" + version, "y").number("version");
    alice.call("PUT k - if=version:" + version, "z").assertFails(ErrorCode.CONFLICT);
    assertEquals("y", alice.call("GET k").bodyText());
    alice.call("PUT g - allow=uid:1001", "granted");
    bob.call("PUT g - if=absent", "mine").assertOk();
    assertTrue(next > version);
  }

  @Test
  void aValueThatGrowsShorterWhileItIsReadChangesNothing() {
    alice.call("PUT k -", "old");
    Body shrinking =
        FakeRequest.body(
            100,
            target -> {
              target.put((byte) 1);
              throw Arguments.bad("fewer bytes than before");
            });
    alice.send("PUT k -", shrinking, new Answer()).assertFails(ErrorCode.BAD_REQUEST);
    assertEquals("old", alice.call("GET k").bodyText());
  }

  @Test
  void aFailureOfTheAgentsOwnIsInternalAndSaysNothing() {
    Body broken =
        FakeRequest.body(
            4,
            target -> {
              throw new IllegalStateException("hunter2");
            });
    alice
        .send("PUT k -", broken, new Answer())
        .assertFails(ErrorCode.INTERNAL, "the agent failed; its log says more");
    alice.call("PUT k -", "works").assertOk();
  }
}

package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.crypto.HeapResidue;
import dev.secmem.linux.OwnIdentity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GRANT, REVOKE, RENAME, and what PUT's bind and grade do, by docs/PROTOCOL.md. */
final class OwnerVerbsTest {
  private static final long ALICE = 1000;
  private static final long BOB = 1001;

  private Parts parts;
  private Client alice;
  private Client bob;

  @BeforeEach
  void open() throws Exception {
    parts = Parts.open();
    alice = parts.client(ALICE);
    bob = parts.client(BOB);
  }

  @AfterEach
  void close() {
    parts.close();
  }

  private String grants(String name) {
    String line = alice.call("LIST " + name).bodyText();
    return line.substring(line.indexOf("\"grants\":") + 9, line.indexOf(",\"bind\""));
  }

  @Test
  void aGrantOpensAndRevokeCloses() throws Exception {
    long version = alice.call("PUT k 60000 reads=3", "v").number("version");
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND, "no such key");
    alice.call("GRANT k uid:1001,gid:7").assertOk("grants=2");
    assertEquals(version, bob.call("GET k").number("version"));
    assertEquals("[\"uid:1001\",\"gid:7\"]", grants("k"));
    alice.call("GRANT k gid:7,uid:1001").assertOk("grants=2");
    alice.call("REVOKE k uid:1001").assertOk("grants=1");
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND, "no such key");
    Answer stat = alice.call("STAT k");
    assertEquals(version, stat.number("version"));
    assertEquals("1", stat.field("reads"), "reads are kept");
    assertEquals("2", stat.field("reads_left"));
    alice.call("REVOKE k gid:7").assertOk("grants=0");
    assertEquals("v", new String(alice.call("GET k").body()));
    alice.call("DEL k").assertOk();
    parts.assertNothingLeft();
  }

  @Test
  void revokeOfWhatIsNotThereChangesNothing() {
    alice.call("PUT k 60000 allow=uid:1001,uid:1002", "v").assertOk();
    alice
        .call("REVOKE k uid:1001,uid:1003")
        .assertFails(ErrorCode.NOT_FOUND, "no such grant: uid:1003");
    alice.call("REVOKE k uid:1001+gid:1").assertFails(ErrorCode.NOT_FOUND);
    assertEquals("[\"uid:1001\",\"uid:1002\"]", grants("k"));
    alice.call("REVOKE nothing uid:1").assertFails(ErrorCode.NOT_FOUND, "no such key");
  }

  @Test
  void onlyTheOwnerRegrantsOrRenames() {
    alice.call("PUT k 60000 allow=uid:1001", "v").assertOk();
    bob.call("GRANT k uid:1002").assertFails(ErrorCode.NOT_FOUND, "no such key");
    bob.call("REVOKE k uid:1001").assertFails(ErrorCode.NOT_FOUND, "no such key");
    bob.call("RENAME k mine").assertFails(ErrorCode.NOT_FOUND, "no such key");
    bob.call("EXPLAIN k 1").assertFails(ErrorCode.NOT_FOUND, "no such key");
    assertEquals("[\"uid:1001\"]", grants("k"));
  }

  @Test
  void thirtyTwoGrantsAndALineOfTextAreTheMost() throws Exception {
    alice.call("PUT k 60000 allow=uid:1", "v").assertOk();
    for (int i = 2; i <= 32; i++) {
      alice.call("GRANT k uid:" + i).assertOk("grants=" + i);
    }
    alice.call("GRANT k uid:33").assertFails(ErrorCode.BAD_REQUEST, "more than 32 grants");
    alice.call("GRANT k uid:1,uid:2").assertOk("grants=32");
    alice.call("PUT long 60000 allow=exe:/" + "a".repeat(3000), "v").assertOk();
    alice
        .call("GRANT long exe:/" + "b".repeat(3000))
        .assertFails(ErrorCode.BAD_REQUEST, "grants of more than 4096 bytes");
    String rest = "exe:/" + "b".repeat(4096 - 3005 - 6);
    alice.call("GRANT long " + rest + "b").assertFails(ErrorCode.BAD_REQUEST);
    alice.call("GRANT long " + rest).assertOk("grants=2"); // 4096 with the comma
    alice.call("DEL k").assertOk();
    alice.call("DEL long").assertOk();
    parts.assertNothingLeft();
  }

  @Test
  void aNewNameKeepsEverythingElse() throws Exception {
    Answer put = alice.call("PUT old 60000 reads=3 allow=uid:1001", "v").assertOk();
    bob.call("GET old").assertOk();
    alice.call("RENAME old new").assertOk(put.text());
    alice.call("GET old").assertFails(ErrorCode.NOT_FOUND, "no such key");
    bob.call("GET old").assertFails(ErrorCode.NOT_FOUND, "no such key");
    assertEquals("v", new String(bob.call("GET new").body()));
    Answer stat = alice.call("STAT new");
    assertEquals("2", stat.field("reads"));
    assertEquals(put.number("version"), stat.number("version"));
    long ttl = stat.number("ttl_ms");
    assertTrue(ttl > 50_000 && ttl <= 60_000, "ttl " + ttl);
    bob.call("GET new").assertOk();
    bob.call("GET new").assertFails(ErrorCode.NOT_FOUND);
    parts.assertNothingLeft();
  }

  @Test
  void aNameThatIsTakenStays() throws Exception {
    alice.call("PUT a 60000", "of a").assertOk();
    alice.call("PUT b 60000", "of b").assertOk();
    alice.call("RENAME a b").assertFails(ErrorCode.EXISTS, "there is a secret of the new name");
    alice.call("RENAME a a").assertFails(ErrorCode.EXISTS);
    alice.call("RENAME nothing c").assertFails(ErrorCode.NOT_FOUND);
    assertEquals("of a", new String(alice.call("GET a").body()));
    assertEquals("of b", new String(alice.call("GET b").body()));
    bob.call("PUT c 60000", "bob's").assertOk();
    alice.call("RENAME a c").assertOk();
    assertEquals("bob's", new String(bob.call("GET c").body()), "names are each uid's own");
    alice.call("PUT short 1", "x").assertOk();
    Thread.sleep(5);
    alice.call("RENAME b short").assertOk();
    assertEquals("of b", new String(alice.call("GET short").body()));
    for (String name : new String[] {"c", "short"}) {
      alice.call("DEL " + name).assertOk();
    }
    bob.call("DEL c").assertOk();
    parts.assertNothingLeft();
  }

  @Test
  void renamesInBothDirectionsAtOnceEndAndLoseNothing() throws Exception {
    alice.call("PUT x0 60000", "v").assertOk();
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      Client client = parts.client(ALICE);
      int first = t;
      threads[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  client.call("RENAME x" + (i + first) % 8 + " x" + (i * 3 + 1) % 8);
                }
              });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join(60_000);
      assertFalse(thread.isAlive(), "two renames wait for each other");
    }
    Answer list = alice.call("LIST x").assertOk("count=1");
    String line = list.bodyText();
    String name = line.substring(9, 11);
    assertEquals("v", new String(alice.call("GET " + name).body()));
    alice.call("DEL " + name).assertOk();
    parts.assertNothingLeft();
  }

  @Test
  void readsAreCountedExactlyWhileGrantsAndNamesChange() throws Exception {
    int limit = 300;
    alice.call("PUT a 60000 allow=uid:1001 reads=" + limit, "v").assertOk();
    AtomicInteger served = new AtomicInteger();
    Thread[] readers = new Thread[3];
    for (int t = 0; t < readers.length; t++) {
      Client reader = parts.client(t == 0 ? ALICE : BOB);
      readers[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 50_000 && served.get() < limit; i++) {
                  if (reader.call(i % 2 == 0 ? "GET a" : "GET b").isOk()) {
                    served.incrementAndGet();
                  }
                }
              });
      readers[t].start();
    }
    // Readers that are never served give up: then this fails, and does not wait for ever.
    while (served.get() < limit && Stream.of(readers).anyMatch(Thread::isAlive)) {
      alice.call("GRANT a gid:9");
      alice.call("RENAME a b");
      alice.call("REVOKE b gid:9");
      alice.call("TOUCH b 60000");
      alice.call("RENAME b a");
    }
    for (Thread reader : readers) {
      reader.join(60_000);
    }
    assertEquals(limit, served.get());
    alice.call("GET a").assertFails(ErrorCode.NOT_FOUND);
    alice.call("GET b").assertFails(ErrorCode.NOT_FOUND);
    parts.assertNothingLeft();
  }

  @Test
  void afterRevokesReplyNothingIsServedByThatGrant() throws Exception {
    Client other = parts.client(BOB);
    alice.call("PUT k 60000", "v").assertOk();
    for (int round = 0; round < 200; round++) {
      alice.call("GRANT k uid:1001").assertOk();
      Thread reader = new Thread(() -> other.call("GET k"));
      reader.start();
      alice.call("REVOKE k uid:1001").assertOk();
      bob.call("GET k").assertFails(ErrorCode.NOT_FOUND, "no such key");
      reader.join(60_000);
    }
  }

  @Test
  void aSessionGrantIsTheOwnersOwn() {
    Client here = parts.client(ALICE, "5", null);
    Client guest = parts.client(BOB, "5", null);
    Client elsewhere = parts.client(BOB, "6", null);
    here.call("PUT k 60000 allow=uid:1001+session", "v").assertOk();
    assertEquals("[\"uid:1001+session\"]", grants("k"));
    guest.call("GET k").assertOk();
    elsewhere.call("GET k").assertFails(ErrorCode.NOT_FOUND);
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND, "no such key");
    alice.call("GET k").assertOk(); // the owner, without any session
    alice
        .call("GRANT k session")
        .assertFails(ErrorCode.BAD_REQUEST, "you have none to bind to: session: it is unset");
    alice.call("GRANT k session:5").assertFails(ErrorCode.BAD_REQUEST);
    Client there = parts.client(ALICE, "6", null);
    there.call("GRANT k uid:1001+session").assertOk("grants=2");
    elsewhere.call("GET k").assertOk();
    alice.call("REVOKE k uid:1001+session").assertOk("grants=0");
    guest.call("GET k").assertFails(ErrorCode.NOT_FOUND);
  }

  @Test
  void aBindNarrowsTheOwnersReadsAndThoseOfGrantees() throws Exception {
    Client here = parts.client(ALICE, "5", "/bin/app");
    Client there = parts.client(ALICE, "6", "/bin/app");
    here.call("PUT k 60000 bind=session allow=uid:1001", "v").assertOk();
    here.call("GET k").assertOk();
    there.call("GET k").assertFails(ErrorCode.DENIED, "bound to another session than yours");
    alice.call("GET k").assertFails(ErrorCode.DENIED);
    assertEquals("session", there.call("STAT k").field("bind"));
    assertTrue(there.call("LIST").bodyText().contains("\"bind\":\"session\""));
    bob.call("GET k").assertFails(ErrorCode.NOT_FOUND, "no such key");
    parts.client(BOB, "5", null).call("GET k").assertOk();
    assertEquals("-", parts.client(BOB, "5", null).call("STAT k").field("bind"));
    there.call("TOUCH k 70000").assertOk();
    there.call("GRANT k uid:1001+gid:1").assertOk();
    there.call("RENAME k m").assertOk();
    there.call("GET m").assertFails(ErrorCode.DENIED);
    here.call("GET m").assertOk();
    there.call("DEL m").assertOk();
    alice.call("PUT k 1000 bind=session", "v").assertFails(ErrorCode.BAD_REQUEST);
    here.call("PUT k 1000 bind=session bind=exe", "v")
        .assertFails(ErrorCode.BAD_REQUEST, "option bind= is given twice");
    parts
        .client(ALICE, "5", "/script")
        .call("PUT k 1000 bind=exe", "v")
        .assertFails(ErrorCode.BAD_REQUEST, "bad bind: exe: whoever may change it decides");
    for (String bad : new String[] {"", "uid", "gid", "session:5", "tty"}) {
      here.call("PUT k 1000 bind=" + bad, "v").assertFails(ErrorCode.BAD_REQUEST);
    }
    parts.assertNothingLeft();
  }

  @Test
  void gradesAreGivenOrRefusedAndNotLoweredInSilence() throws Exception {
    alice.call("PUT k 60000 grade=hidden", "v").assertOk();
    assertEquals("hidden", alice.call("STAT k").field("grade"));
    alice
        .call("PUT k 60000", "w")
        .assertFails(ErrorCode.CONFLICT, "it is kept at grade=hidden; say downgrade for less");
    alice.call("PUT k 60000 grade=locked", "w").assertFails(ErrorCode.CONFLICT);
    alice.call("PUT k 60000 grade=locked if=version:1", "w").assertFails(ErrorCode.CONFLICT);
    assertEquals("v", new String(alice.call("GET k").body()));
    alice.call("TOUCH k 50000").assertOk();
    alice.call("GRANT k uid:1").assertOk();
    assertEquals("hidden", alice.call("STAT k").field("grade"));
    alice.call("PUT k 60000 grade=locked downgrade", "w").assertOk();
    alice.call("PUT k 60000 grade=hidden", "x").assertOk();
    alice.call("PUT k 60000 downgrade", "y").assertOk();
    assertEquals("any", alice.call("STAT k").field("grade"));
    alice.call("PUT k 60000 grade=low", "x").assertFails(ErrorCode.BAD_REQUEST);
    alice.call("PUT k 60000 downgrade downgrade", "x").assertFails(ErrorCode.BAD_REQUEST);
    alice.call("DEL k").assertOk();
    parts.assertNothingLeft();
  }

  @Test
  void whatAGradeNeeds() {
    Protections hidden = protections("arenas", "memfd_secret");
    assertEquals(Grade.HIDDEN, Grade.best(hidden, HeapResidue.NONE));
    assertEquals(Grade.LOCKED, Grade.best(hidden, HeapResidue.KEY));
    assertEquals(Grade.LOCKED, Grade.best(hidden, HeapResidue.NONE, HeapResidue.KEY));
    Protections locked = protections("all", "mlock");
    assertEquals(Grade.LOCKED, Grade.best(locked, HeapResidue.NONE));
    Protections none = protections("none", "memfd_secret");
    assertEquals(Grade.ANY, Grade.best(none, HeapResidue.NONE));
  }

  private static Protections protections(String memory, String arena) {
    return new Protections(memory, arena, true, true, true, true, true, "none");
  }

  @Test
  void othersAreTakenIntoAccountWhenAGrantIsGiven() {
    alice
        .call("PUT k 1000 allow=exe:/others", "v")
        .assertFails(ErrorCode.BAD_REQUEST, "bad grant: exe: others cannot be seen");
    alice.call("PUT k 1000 allow=exe:/others+uid:1", "v").assertFails(ErrorCode.BAD_REQUEST);
    alice.call("PUT k 60000 allow=exe:/others+uid:" + OwnIdentity.uid(), "v").assertOk();
    alice.call("GRANT k exe:/others").assertFails(ErrorCode.BAD_REQUEST);
    alice.call("REVOKE k exe:/others").assertFails(ErrorCode.NOT_FOUND); // compared, not given
  }
}

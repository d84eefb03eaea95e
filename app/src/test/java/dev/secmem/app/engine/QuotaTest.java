package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.transport.RequestException;
import dev.secmem.linux.Clock;
import org.junit.jupiter.api.Test;

final class QuotaTest {
  private static final long MANY = 1 << 30;

  private static EngineOptions options(long secrets, long memory, int connections, int share) {
    return new EngineOptions(
        1 << 20, secrets, memory, connections, share, 1000, 1000, EngineOptions.AuditFilter.ALL);
  }

  @Test
  void itIsEmptyFromTheEndOfTheLastThing() throws Exception {
    Quota quota = new Quota(options(4, MANY, 9, 50), MANY);
    assertTrue(quota.emptyNanos() >= 0);
    add(quota, 1, "a", 1);
    assertEquals(-1, quota.emptyNanos());
    assertFalse(quota.retireIfEmptyFor(0));
    quota.addConnection(1);
    quota.removeSecret(new Key(1, "a"), 1, Grants.NONE);
    assertEquals(-1, quota.emptyNanos());
    assertEmptySince(quota, () -> quota.removeConnection(1));
    add(quota, 1, "a", 1);
    assertEmptySince(quota, () -> quota.removeSecret(new Key(1, "a"), 1, Grants.NONE));
    assertFalse(quota.retireIfEmptyFor(3_600_000_000_000L), "since just now, not since the start");
    quota.addConnection(1);
    quota.removeConnection(1);
  }

  private static void assertEmptySince(Quota quota, Runnable last) throws InterruptedException {
    Thread.sleep(2);
    long before = Clock.boottimeNanos();
    last.run();
    long emptyNanos = quota.emptyNanos();
    assertTrue(
        emptyNanos >= 0 && emptyNanos <= Clock.boottimeNanos() - before, "counted from then");
  }

  @Test
  void ofUidsThatHaveNothingNothingIsKept() throws Exception {
    Quota quota = new Quota(options(1, MANY, 1, 100), MANY);
    add(quota, 1, "a", 1);
    quota.addConnection(1);
    for (long uid = 100; uid < 110; uid++) {
      assertRefused(quota, uid, "a", 1, "limit of 1 secrets in all is reached");
      assertEquals(1, Parts.size(quota, "byUid"));
      assertBusy(quota, uid, "too many connections in all; close some or try again");
    }
    assertEquals(1, Parts.size(quota, "byUid"));
    quota.removeConnection(1);
    assertEquals(1, Parts.size(quota, "byUid"));
    quota.removeSecret(new Key(1, "a"), 1, Grants.NONE);
    assertEquals(0, Parts.size(quota, "byUid"));
    quota.addConnection(1);
    quota.removeConnection(1);
    assertEquals(0, Parts.size(quota, "byUid"));
  }

  @Test
  void whoRetiredLetsNobodyIn() throws RequestException {
    Quota quota = new Quota(options(4, MANY, 9, 50), MANY);
    assertTrue(quota.retireIfEmptyFor(0));
    RequestException busy = assertThrows(RequestException.class, () -> quota.addConnection(1));
    assertEquals(ErrorCode.BUSY, busy.code());
    assertEquals(0, quota.total().connections());
    assertTrue(quota.retireIfEmptyFor(Long.MAX_VALUE), "for good");
  }

  @Test
  void secretsAreLimitedForEachUidAndInAll() throws RequestException {
    Quota quota = new Quota(options(4, MANY, 9, 50), MANY);
    add(quota, 1, "a", 1);
    add(quota, 1, "b", 1);
    assertRefused(quota, 1, "c", 1, "limit of 2 secrets of this uid is reached");
    add(quota, 2, "a", 1);
    add(quota, 2, "b", 1);
    assertRefused(quota, 3, "a", 1, "limit of 4 secrets in all is reached");
    quota.removeSecret(new Key(1, "a"), 1, Grants.NONE);
    add(quota, 3, "a", 1);
    assertEquals(4, quota.total().secrets());
    assertEquals(1, quota.of(1).secrets());
    assertEquals(0, quota.of(4).secrets());
  }

  @Test
  void bytesAreLimitedForEachUidAndInAll() throws RequestException {
    Quota quota = new Quota(options(100, 1 << 20, 9, 60), MANY);
    int share = (1 << 20) / 100 * 60 + (1 << 20) % 100 * 60 / 100;
    add(quota, 1, "a", share);
    assertRefused(quota, 1, "b", 1, "limit of " + share + " bytes of this uid is reached");
    add(quota, 1, "empty", 0);
    add(quota, 2, "a", (1 << 20) - share);
    assertRefused(quota, 2, "b", 1, "limit of 1048576 bytes in all is reached");
    assertEquals(1 << 20, quota.total().bytes());
  }

  @Test
  void namesAndGrantsAreLimitedToo() throws Exception {
    Quota quota = new Quota(options(1000, MANY, 9, 50), 10_000);
    Grants grants = Parts.grants("uid:1,uid:2,uid:3,uid:4,uid:5,uid:6,uid:7,uid:8");
    Key key = new Key(1, "a");
    long each = Entry.metadataBytes(key, grants);
    int fit = (int) (5000 / each);
    assertTrue(fit >= 2, "fit " + fit);
    for (int i = 0; i < fit; i++) {
      quota.addSecret(key, 1, grants, null);
    }
    RequestException refused =
        assertThrows(RequestException.class, () -> quota.addSecret(key, 1, grants, null));
    assertEquals(
        "limit of 5000 bytes of names and grants of this uid is reached", refused.getMessage());
    Entry first = new Entry(key, 1, 1, 1, 1, 0, grants, null);
    quota.addSecret(key, 1, grants, first); // in its place, until that is gone
    quota.removeSecret(key, 1, grants);
    Key other = new Key(2, "a");
    while (quota.total().secrets() < 2 * fit) {
      quota.addSecret(other, 1, grants, null);
    }
    int left = (int) ((10_000 - 2 * fit * each) / Entry.metadataBytes(key, Grants.NONE));
    for (int i = 0; i < left; i++) {
      add(quota, 3, "a", 1);
    }
    assertRefused(quota, 3, "a", 1, "limit of 10000 bytes of names and grants in all is reached");
    Key full = new Key(3, "a");
    quota.addSecret(full, 1, Grants.NONE, new Entry(full, 1, 1, 1, 1, 0, Grants.NONE, null));
    quota.removeSecret(full, 1, Grants.NONE);
    for (int i = 0; i < left; i++) {
      quota.removeSecret(full, 1, Grants.NONE);
    }
    for (int i = 0; i < fit; i++) {
      quota.removeSecret(other, 1, grants);
    }
    for (int i = 0; i < fit; i++) {
      quota.removeSecret(key, 1, grants);
    }
    assertEquals(0, quota.total().secrets());
  }

  @Test
  void aReplacementCountsAsWhatItReplacesUntilThatIsGone() throws RequestException {
    Quota quota = new Quota(options(1, 1 << 20, 9, 100), MANY);
    Key key = new Key(1, "a");
    add(quota, 1, "a", 1 << 20);
    Entry old = new Entry(key, 1, 1, 1, 1 << 20, 0, Grants.NONE, null);
    quota.addSecret(key, 5, Grants.NONE, old);
    quota.removeSecret(key, 1 << 20, Grants.NONE);
    assertEquals(1, quota.total().secrets());
    assertEquals(5, quota.total().bytes());
    Entry small = new Entry(key, 1, 1, 1, 5, 0, Grants.NONE, null);
    RequestException refused =
        assertThrows(
            RequestException.class, () -> quota.addSecret(key, (1 << 20) + 1, Grants.NONE, small));
    assertEquals(ErrorCode.QUOTA, refused.code());
    assertEquals(5, quota.total().bytes(), "nothing was counted");
  }

  @Test
  void connectionsAreLimitedForEachUidAndInAll() throws RequestException {
    Quota quota = new Quota(options(1, MANY, 4, 50), MANY);
    quota.addConnection(1);
    quota.addConnection(1);
    assertBusy(quota, 1, "too many connections of this uid; close some or try again");
    quota.addConnection(2);
    quota.addConnection(3);
    assertBusy(quota, 4, "too many connections in all; close some or try again");
    assertBusy(quota, 1, "too many connections in all; close some or try again");
    quota.removeConnection(1);
    quota.addConnection(4);
    assertEquals(4, quota.total().connections());
    assertEquals(1, quota.of(1).connections());
  }

  @Test
  void aShareIsNeverNothing() throws RequestException {
    Quota quota = new Quota(options(1, 1 << 20, 1, 1), MANY);
    quota.addConnection(1);
    add(quota, 1, "a", 1);
  }

  @Test
  void limitsAsLargeAsCanBeWrittenDoNotOverflow() throws RequestException {
    Quota quota = new Quota(options(100_000_000, Long.MAX_VALUE, 100_000, 100), Long.MAX_VALUE);
    add(quota, 1, "a", 1 << 30);
    assertEquals(1 << 30, quota.total().bytes());
  }

  private static void add(Quota quota, long uid, String name, long sizeBytes)
      throws RequestException {
    quota.addSecret(new Key(uid, name), sizeBytes, Grants.NONE, null);
  }

  private static void assertRefused(
      Quota quota, long uid, String name, long sizeBytes, String message) {
    RequestException refused =
        assertThrows(RequestException.class, () -> add(quota, uid, name, sizeBytes));
    assertEquals(ErrorCode.QUOTA, refused.code());
    assertEquals(message, refused.getMessage());
  }

  private static void assertBusy(Quota quota, long uid, String message) {
    RequestException refused = assertThrows(RequestException.class, () -> quota.addConnection(uid));
    assertEquals(ErrorCode.BUSY, refused.code());
    assertEquals(message, refused.getMessage());
  }
}

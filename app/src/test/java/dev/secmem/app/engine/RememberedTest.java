package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RememberedTest {
  private static final long HOUR = 3_600_000_000_000L;

  private final Remembered remembered = new Remembered();

  @Test
  void anHourLongAndNoLonger() {
    remembered.add(entry(7, "k", 1000, Grants.NONE));
    Key key = new Key(7, "k");
    assertTrue(remembered.isRemembered(key, 1000));
    assertTrue(remembered.isRemembered(key, 1000 + HOUR - 1));
    assertFalse(remembered.isRemembered(key, 1000 + HOUR));
    assertTrue(remembered.wasReadable(key, new FakePeer(7), 1000 + HOUR - 1));
    assertFalse(remembered.wasReadable(key, new FakePeer(7), 1000 + HOUR));
    assertFalse(remembered.wasReadable("k", new FakePeer(7), 1000 + HOUR));
    assertFalse(remembered.forget(key, 1000 + HOUR), "it was no more");
    assertFalse(remembered.isRemembered(key, 1000), "and is forgotten for good");
  }

  @Test
  void forWhoCouldReadItOnly() throws Exception {
    remembered.add(entry(7, "k", 0, Parts.grants("uid:8")));
    Key key = new Key(7, "k");
    for (long uid : new long[] {7, 8}) {
      assertTrue(remembered.wasReadable(key, new FakePeer(uid), 1));
      assertTrue(remembered.wasReadable("k", new FakePeer(uid), 1));
    }
    for (long uid : new long[] {0, 9}) {
      assertFalse(remembered.wasReadable(key, new FakePeer(uid), 1));
      assertFalse(remembered.wasReadable("k", new FakePeer(uid), 1));
    }
    assertFalse(remembered.wasReadable(new Key(8, "k"), new FakePeer(8), 1));
    assertFalse(remembered.wasReadable("other", new FakePeer(7), 1));
  }

  @Test
  void theNewest1024OfEachOwner() {
    remembered.add(entry(8, "k", 0, Grants.NONE));
    for (int i = 0; i < 1024; i++) {
      remembered.add(entry(7, "n" + i, 0, Grants.NONE));
    }
    assertEquals(1024, count(7));
    remembered.add(entry(7, "n0", 5, Grants.NONE)); // now the newest
    remembered.add(entry(7, "one more", 5, Grants.NONE));
    assertTrue(remembered.isRemembered(new Key(7, "n0"), 6));
    assertFalse(remembered.isRemembered(new Key(7, "n1"), 6), "the oldest made room");
    assertTrue(remembered.isRemembered(new Key(7, "n2"), 6));
    assertTrue(remembered.isRemembered(new Key(8, "k"), 6), "another's are not touched");
  }

  private int count(long owner) {
    int count = 0;
    for (int i = 0; i < 1024; i++) {
      count += remembered.isRemembered(new Key(owner, "n" + i), 1) ? 1 : 0;
    }
    return count;
  }

  @Test
  void forgettingIsOnce() {
    remembered.add(entry(7, "k", 0, Grants.NONE));
    Key key = new Key(7, "k");
    assertTrue(remembered.forget(key, 1));
    assertFalse(remembered.forget(key, 1));
    assertFalse(remembered.isRemembered(key, 1));
    assertFalse(remembered.forget(new Key(99, "k"), 1));
  }

  @Test
  void ownersOfWhomNothingIsRememberedPushNobodyOut() {
    remembered.add(entry(7, "k", 0, Grants.NONE));
    for (long owner = 1000; owner < 2000; owner++) {
      remembered.add(entry(owner, "k", 0, Grants.NONE));
      remembered.forget(new Key(owner, "k"), 1);
    }
    assertTrue(remembered.isRemembered(new Key(7, "k"), 1));
  }

  @Test
  void aTombstoneAndItsNameCountAsMemory() {
    Remembered small = new Remembered(10 * (160 + 200));
    for (int i = 10; i < 21; i++) {
      small.add(entry(7, i + "n".repeat(198), 0, Grants.NONE));
    }
    assertFalse(small.isRemembered(new Key(7, 10 + "n".repeat(198)), 1));
    for (int i = 11; i < 21; i++) {
      assertTrue(small.isRemembered(new Key(7, i + "n".repeat(198)), 1), "ten have room");
    }
  }

  @Test
  void ofMoreThan256OwnersTheFirstIsForgottenAndItsRoomGivenBack() {
    Remembered small = new Remembered(100_000);
    for (long owner = 1000; owner < 3000; owner++) {
      small.add(entry(owner, "k", 0, Grants.NONE));
    }
    assertFalse(small.isRemembered(new Key(2999 - 256, "k"), 1));
    for (long owner = 3000 - 256; owner < 3000; owner++) {
      assertTrue(small.isRemembered(new Key(owner, "k"), 1), "owner " + owner);
    }
  }

  @Test
  void largeOnesOfOneOwnerTakeNeitherTheHeapNorTheRoomOfOthers() throws Exception {
    largeOnesTakeNoRoomOf(7, 8);
    largeOnesTakeNoRoomOf(8, 7);
  }

  private static void largeOnesTakeNoRoomOf(long owner, long other) throws Exception {
    Remembered small = new Remembered(100_000);
    for (int i = 0; i < 10; i++) {
      small.add(entry(other, "n" + i, 0, Grants.NONE));
    }
    Grants large = Parts.grants("uid:1+".repeat(500) + "uid:1");
    long most = 100_000 / large.metadataBytes();
    for (int i = 0; i < 50; i++) {
      small.add(entry(owner, "n" + i, 0, large));
    }
    int kept = 0;
    for (int i = 0; i < 50; i++) {
      kept += small.isRemembered(new Key(owner, "n" + i), 1) ? 1 : 0;
    }
    assertTrue(kept > 0 && kept <= most, kept + " of them, room for " + most);
    assertTrue(small.isRemembered(new Key(owner, "n49"), 1), "the newest");
    for (int i = 0; i < 10; i++) {
      assertTrue(small.isRemembered(new Key(other, "n" + i), 1), "another's");
    }
    for (int i = 0; i < 50; i++) {
      small.forget(new Key(owner, "n" + i), 1);
    }
    small.add(entry(owner, "again", 0, large));
    assertTrue(small.isRemembered(new Key(owner, "again"), 1), "its room was given back");
  }

  private static Entry entry(long owner, String name, long deadline, Grants grants) {
    return new Entry(new Key(owner, name), 1, 1, deadline, 0, 0, grants, null);
  }
}

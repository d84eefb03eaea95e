package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/** The life of one entry: until when it is served, how often, and that it ends once. */
final class EntryTest {
  private static final long DEADLINE = 5_000_000_000L;

  private static Entry entry(int readsLimit) {
    return new Entry(new Key(7, "k"), 1, 1, DEADLINE, 3, readsLimit, Grants.NONE, null);
  }

  @Test
  void itsTimeIsOverAtTheDeadlineItself() {
    Entry entry = entry(Entry.UNLIMITED);
    assertFalse(entry.isExpired(DEADLINE - 1));
    assertTrue(entry.isExpired(DEADLINE));
    assertEquals(Entry.Service.SERVED, entry.serve(DEADLINE - 1));
    assertEquals(Entry.Service.EXPIRED, entry.serve(DEADLINE));
    assertEquals(1, entry.reads(), "what was not served is not counted");
    assertFalse(entry.isGone(), "that is the reaper's");
  }

  @Test
  void theTimeThatRemainsIsRoundedUp() {
    Entry entry = entry(Entry.UNLIMITED);
    assertEquals(5000, entry.ttlMillis(0));
    assertEquals(5000, entry.ttlMillis(999_999));
    assertEquals(4999, entry.ttlMillis(1_000_000));
    assertEquals(1, entry.ttlMillis(DEADLINE - 1));
    assertEquals(1, entry.ttlMillis(DEADLINE), "never 0");
  }

  @Test
  void itIsServedAsOftenAsMayBeAndThenNeverAgain() {
    Entry entry = entry(2);
    assertEquals(Entry.Service.SERVED, entry.serve(0));
    assertFalse(entry.isGone());
    assertEquals(Entry.Service.SERVED_LAST, entry.serve(0));
    assertTrue(entry.isGone());
    assertEquals(Entry.Service.GONE, entry.serve(0));
    assertEquals(Entry.Service.GONE, entry.serve(DEADLINE));
    assertEquals(2, entry.reads());
    assertFalse(entry.retire(), "the last reader ended it");
  }

  @Test
  void itEndsOnceAndNothingTakesThePlaceOfOneThatEnded() {
    Entry entry = entry(Entry.UNLIMITED);
    assertTrue(entry.retire());
    assertTrue(entry.isGone());
    assertFalse(entry.retire());
    assertFalse(entry.giveWay(() -> fail("published")));
    assertFalse(entry.succeed(entry(Entry.UNLIMITED), () -> fail("published")));
    assertEquals(Entry.Service.GONE, entry.serve(0));
  }

  @Test
  void aSuccessorHasTheReadsBeforeItIsShown() {
    Entry old = entry(5);
    old.serve(0);
    old.serve(0);
    Entry next = entry(5);
    boolean[] shown = new boolean[1];
    assertTrue(
        old.succeed(
            next,
            () -> {
              shown[0] = true;
              assertEquals(2, next.reads());
              assertFalse(old.isGone(), "at no moment is there none");
            }));
    assertTrue(shown[0]);
    assertTrue(old.isGone());
    assertFalse(next.isGone());
    assertFalse(old.giveWay(() -> fail("published")));
    assertTrue(next.giveWay(() -> assertFalse(next.isGone())));
    assertTrue(next.isGone());
  }

  @Test
  void nobodyIsServedBeforeItIsWhollyShown() throws Exception {
    Entry entry = entry(1);
    Entry.Service[] service = new Entry.Service[1];
    Thread reader = new Thread(() -> service[0] = entry.serve(0));
    assertTrue(
        entry.appear(
            () -> {
              reader.start();
              while (reader.getState() != Thread.State.BLOCKED) {
                assertTrue(reader.isAlive(), "served: " + service[0]);
                Thread.onSpinWait();
              }
              assertEquals(0, entry.reads());
              return true;
            }));
    reader.join();
    assertEquals(Entry.Service.SERVED_LAST, service[0]);
    assertFalse(entry(1).appear(() -> false), "what was answered");
  }

  @Test
  void whatCouldNotBeShownIsOver() {
    Entry entry = entry(Entry.UNLIMITED);
    assertThrows(
        OutOfMemoryError.class,
        () ->
            entry.appear(
                () -> {
                  throw new OutOfMemoryError("for the test");
                }));
    assertEquals(Entry.Service.GONE, entry.serve(0));
    assertFalse(entry.retire());
  }

  @Test
  void aLongNameCountsAsMemory() throws Exception {
    Grants grants = Parts.grants("uid:1");
    long one = Entry.metadataBytes(new Key(7, "n"), Grants.NONE);
    assertEquals(221, one);
    assertEquals(one + 199, Entry.metadataBytes(new Key(7, "n".repeat(200)), Grants.NONE));
    assertEquals(one + grants.metadataBytes(), Entry.metadataBytes(new Key(7, "n"), grants));
  }
}

package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.secmem.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a secret when there is no heap for it: hidden at once, and wiped when there is. */
final class WantOfHeapTest {
  private static Entry entry(long id) {
    return new Entry(new Key(7, "k"), 1, id, 0, 3, Entry.UNLIMITED, Grants.NONE, null);
  }

  @Test
  void whatCouldNotBeWipedIsNotServedAndIsWipedLater() throws Exception {
    WantingStore store = new WantingStore(Parts.store(EngineOptions.DEFAULTS, "memfd"));
    try (Parts parts =
        new Parts(EngineOptions.DEFAULTS, store, Parts.cipher(), KeyRing.SEALS_PER_KEY)) {
      Client client = parts.client(7);
      client.call("PUT deleted - allow=uid:8", "a").assertOk();
      client.call("PUT once - once", "b").assertOk();
      client.call("PUT brief 2000", "c").assertOk();
      client.call("PUT replaced -", "d").assertOk();
      client.call("PUT touched -", "e").assertOk();
      store.wanting = true;
      client.call("DEL deleted").assertOk();
      assertEquals("b", client.call("GET once").bodyText());
      client.call("PUT replaced -", "new").assertOk();
      client.call("TOUCH touched 60000").assertOk();
      long end = System.nanoTime() + 20_000_000_000L;
      while ((parts.expiries.get() < 1 || store.failures < 6) && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      assertEquals(1, parts.expiries.get(), "told, though it could not be wiped");
      assertTrue(store.failures >= 6, "tried again: " + store.failures);
      client.call("GET deleted").assertFails(ErrorCode.NOT_FOUND);
      parts.client(8).call("GET deleted").assertFails(ErrorCode.NOT_FOUND);
      client.call("GET once").assertFails(ErrorCode.NOT_FOUND);
      client.call("GET brief").assertFails(ErrorCode.EXPIRED);
      assertEquals("new", client.call("GET replaced").bodyText());
      assertEquals("e", client.call("GET touched").bodyText());
      assertEquals(2, parts.quota.total().secrets(), "what ended is not counted");
      assertEquals(7, store.usage().records(), "positive control: five were not wiped");
      store.wanting = false;
      while (store.usage().records() > 2 && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      assertEquals(2, store.usage().records(), "all were wiped, without any request");
      client.call("DEL replaced").assertOk();
      client.call("DEL touched").assertOk();
      parts.assertNothingLeft();
    }
  }

  @Test
  void aPostponedStepIsDoneOnceAndInAnyOrder() {
    List<Entry> done = new ArrayList<>();
    boolean[] wanting = {true};
    Postponed[] self = new Postponed[1];
    Entry late = entry(3);
    Postponed postponed =
        new Postponed(
            entry -> {
              if (wanting[0]) {
                throw new OutOfMemoryError("for the test");
              }
              if (done.isEmpty()) {
                assertTrue(self[0].add(late)); // while another is being done
              }
              done.add(entry);
            });
    self[0] = postponed;
    assertTrue(postponed.isEmpty());
    Entry first = entry(1);
    Entry second = entry(2);
    assertTrue(postponed.add(first));
    assertTrue(postponed.add(second));
    postponed.retry();
    assertEquals(0, done.size());
    assertFalse(postponed.isEmpty(), "what failed stays");
    wanting[0] = false;
    postponed.retry();
    assertEquals(List.of(second, late, first), done);
    assertTrue(postponed.isEmpty());
    postponed.retry();
    assertEquals(3, done.size());
  }

  @Test
  void whatHasNoRoomIsSaid() {
    int[] done = new int[1];
    Postponed postponed = new Postponed(entry -> done[0]++);
    for (int i = 0; i < Postponed.MAX; i++) {
      assertTrue(postponed.add(entry(i)));
    }
    assertFalse(postponed.add(entry(-1)));
    postponed.retry();
    assertEquals(Postponed.MAX, done[0]);
    assertTrue(postponed.add(entry(-1)));
  }

  @Test
  void countingLessTakesNoHeap() throws Exception {
    int rounds = 1000;
    long uid = 1L << 31; // no small number, of which boxes are kept
    Quota quota = new Quota(EngineOptions.DEFAULTS, 1 << 28);
    Grants grants = Parts.grants("uid:8,gid:9");
    Key[] keys = new Key[rounds];
    quota.addSecret(new Key(1, "stays"), 1, Grants.NONE, null);
    for (int i = 0; i < rounds; i++) {
      keys[i] = new Key(uid + i, "k");
      quota.addSecret(keys[i], 1, grants, null);
    }
    quota.addConnection(uid - 1);
    quota.addConnection(uid - 1);
    quota.removeConnection(uid - 1); // the first call links what it calls
    quota.removeSecret(keys[0], 1, grants);
    allocatedBytes();
    long before = allocatedBytes();
    quota.removeConnection(uid - 1);
    for (int i = 1; i < rounds; i++) {
      quota.removeSecret(keys[i], 1, grants);
    }
    long after = allocatedBytes();
    byte[] control = new byte[8 * rounds];
    assertTrue(allocatedBytes() - after >= control.length, "positive control");
    // Less than one object each: asking takes some itself.
    assertTrue(after - before < 8 * rounds, (after - before) + " bytes for " + rounds + " ends");
    assertEquals(1, quota.total().secrets());
    assertEquals(0, quota.total().connections());
    assertEquals(1, Parts.size(quota, "byUid"));
    assertArrayEquals(new byte[8 * rounds], control);
  }

  /** What this thread took of the heap so far; by reflection, since the module does not read it. */
  private static long allocatedBytes() throws ReflectiveOperationException {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    return (long)
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getThreadAllocatedBytes", long.class)
            .invoke(threads, Thread.currentThread().getId());
  }
}

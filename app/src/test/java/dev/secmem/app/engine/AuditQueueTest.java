package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AuditQueueTest {
  @Test
  void eventsComeInOrderAndSlotsAreUsedAgain() {
    AuditQueue queue = new AuditQueue(4);
    for (long i = 0; i < 100; i++) {
      assertNull(queue.poll());
      assertTrue(offer(queue, i));
      assertTrue(offer(queue, -i));
      assertEquals(i, queue.poll().version);
      assertEquals(i, queue.poll().version, "until it is released");
      queue.release();
      assertEquals(-i, queue.poll().version);
      queue.release();
    }
    assertEquals(200, queue.added());
    assertEquals(200, queue.taken());
  }

  @Test
  void aFullQueueRefusesAndGoesOnOnceThereIsRoom() {
    AuditQueue queue = new AuditQueue(4);
    for (long i = 0; i < 4; i++) {
      assertEquals(i > 2, queue.isMoreThanHalfFull());
      assertTrue(offer(queue, i));
    }
    assertTrue(queue.isMoreThanHalfFull());
    assertFalse(offer(queue, 4));
    assertFalse(offer(queue, 4));
    assertEquals(4, queue.added());
    assertEquals(0, queue.poll().version);
    assertFalse(offer(queue, 4), "polled is not released");
    queue.release();
    assertTrue(offer(queue, 4));
    for (long i = 1; i <= 4; i++) {
      assertEquals(i, queue.poll().version);
      queue.release();
    }
    assertNull(queue.poll());
  }

  @Test
  void aFillerThatFailsLeavesTheQueueWhole() {
    AuditQueue queue = new AuditQueue(2);
    assertThrows(
        IllegalStateException.class,
        () ->
            queue.offer(
                (slot, source) -> {
                  throw new IllegalStateException("on purpose");
                },
                null));
    assertTrue(offer(queue, 7));
    assertNotNull(queue.poll());
    queue.release();
    assertEquals(7, queue.poll().version);
    queue.release();
  }

  @Test
  void aReleasedSlotKeepsNoName() {
    AuditQueue queue = new AuditQueue(2);
    queue.offer((slot, name) -> slot.name = name, "n");
    AuditQueue.Slot slot = queue.poll();
    assertEquals("n", slot.name);
    queue.release();
    assertNull(slot.name);
  }

  @Test
  void aCapacityIsAPowerOfTwo() {
    assertThrows(IllegalArgumentException.class, () -> new AuditQueue(3));
    assertThrows(IllegalArgumentException.class, () -> new AuditQueue(0));
  }

  @Test
  void ofManyProducersNothingIsLostDoubledOrOutOfItsProducersOrder() throws Exception {
    int producers = 6;
    int each = 40_000;
    AuditQueue queue = new AuditQueue(64);
    AtomicLong refused = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      long producer = p;
      Thread thread =
          new Thread(
              () -> {
                for (long i = 0; i < each; i++) {
                  long number = i;
                  while (!queue.offer(
                      (slot, source) -> {
                        slot.uid = producer;
                        slot.version = number;
                        slot.owner = number * 31 + producer;
                      },
                      null)) {
                    refused.incrementAndGet();
                    Thread.yield();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    long[] next = new long[producers];
    long taken = 0;
    while (taken < (long) producers * each) {
      AuditQueue.Slot slot = queue.poll();
      if (slot == null) {
        Thread.yield();
        continue;
      }
      int producer = (int) slot.uid;
      assertEquals(next[producer], slot.version, "of producer " + producer);
      assertEquals(slot.version * 31 + producer, slot.owner, "one event, not parts of two");
      next[producer]++;
      taken++;
      queue.release();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(queue.poll());
    assertEquals(queue.added(), queue.taken());
    assertTrue(refused.get() > 0, "the queue was never full: the test shows less than it should");
  }

  private static boolean offer(AuditQueue queue, long version) {
    return queue.offer((slot, source) -> slot.version = source, version);
  }
}

package dev.secmem.app.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DeadlineQueueTest {
  @Test
  void itIsWhatAListWouldBe() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      DeadlineQueue queue = new DeadlineQueue();
      List<Entry> model = new ArrayList<>();
      List<Entry> removed = new ArrayList<>();
      int adds = 2 + random.nextInt(8);
      for (int step = 0; step < 2000; step++) {
        if (random.nextInt(10) < adds || model.isEmpty()) {
          Entry entry = entry(random.nextInt(300));
          boolean first = queue.add(entry);
          model.add(entry);
          assertEquals(first, queue.first() == entry, "seed " + seed);
        } else {
          Entry entry = model.remove(random.nextInt(model.size()));
          queue.remove(entry);
          removed.add(entry);
        }
        if (!removed.isEmpty() && step % 7 == 0) {
          queue.remove(removed.get(random.nextInt(removed.size()))); // is not in: nothing happens
        }
        assertEquals(earliest(model), queue.first() == null ? -1 : queue.first().deadlineNanos);
      }
      while (!model.isEmpty()) {
        Entry first = queue.first();
        assertEquals(earliest(model), first.deadlineNanos);
        model.remove(first);
        queue.remove(first);
      }
      assertNull(queue.first());
    }
  }

  @Test
  void anEntryThatWasNeverInIsNotTakenOut() {
    DeadlineQueue queue = new DeadlineQueue();
    Entry in = entry(5);
    queue.add(in);
    queue.remove(entry(1));
    assertEquals(in, queue.first());
    assertEquals(0, in.queueIndex);
    queue.remove(in);
    assertEquals(-1, in.queueIndex);
  }

  @Test
  void itGrowsAsLargeAsItMust() {
    DeadlineQueue queue = new DeadlineQueue();
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Entry entry = entry(10_000 - i);
      all.add(entry);
      queue.add(entry);
    }
    all.sort(Comparator.comparingLong(entry -> entry.deadlineNanos));
    for (Entry entry : all) {
      assertEquals(entry, queue.first());
      queue.remove(entry);
    }
  }

  private static long earliest(List<Entry> model) {
    return model.stream().mapToLong(entry -> entry.deadlineNanos).min().orElse(-1);
  }

  private static Entry entry(long deadline) {
    return new Entry(new Key(1, "k"), 1, 1, deadline, 0, 0, Grants.NONE, null);
  }
}

package dev.secmem.app.engine;

import java.util.Arrays;

/**
 * Entries in the order of their deadlines: a binary heap in which each entry knows its place, so
 * that one that was replaced can be taken out at once.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads.
 */
final class DeadlineQueue {
  private Entry[] heap = new Entry[64];
  private int size;

  /** Adds an entry and tells whether it is now the first. */
  synchronized boolean add(Entry entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size + (size >> 1));
    }
    place(entry, size++);
    siftUp(entry.queueIndex);
    return entry.queueIndex == 0;
  }

  /** Takes an entry out, if it is in. */
  synchronized void remove(Entry entry) {
    int index = entry.queueIndex;
    if (index < 0) {
      return;
    }
    entry.queueIndex = -1;
    Entry last = heap[--size];
    heap[size] = null;
    if (last != entry) {
      place(last, index);
      siftUp(index);
      siftDown(last.queueIndex);
    }
  }

  /** The entry with the earliest deadline, or null. It stays in. */
  synchronized Entry first() {
    return size == 0 ? null : heap[0];
  }

  private void siftUp(int from) {
    int index = from;
    while (index > 0) {
      int parent = (index - 1) >> 1;
      if (heap[parent].deadlineNanos <= heap[index].deadlineNanos) {
        return;
      }
      swap(parent, index);
      index = parent;
    }
  }

  private void siftDown(int from) {
    int index = from;
    while (true) {
      int child = 2 * index + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && heap[child + 1].deadlineNanos < heap[child].deadlineNanos) {
        child++;
      }
      if (heap[index].deadlineNanos <= heap[child].deadlineNanos) {
        return;
      }
      swap(index, child);
      index = child;
    }
  }

  private void swap(int a, int b) {
    Entry entry = heap[a];
    place(heap[b], a);
    place(entry, b);
  }

  private void place(Entry entry, int index) {
    heap[index] = entry;
    entry.queueIndex = index;
  }
}

package dev.secmem.app.engine;

/**
 * One step of the end of secrets that could not be done for want of heap, kept to be done later.
 * Takes no heap itself.
 *
 * <p>All of the methods in this class are safe for use by multiple concurrent threads, but one
 * thread only does the steps.
 */
final class Postponed {
  /** What is kept; of more, the agent's end does the step. */
  static final int MAX = 256;

  private final Step step;
  private final Entry[] entries = new Entry[MAX];
  private int count;

  /** What is to be done with an entry; done again if it failed. */
  interface Step {
    void run(Entry entry);
  }

  Postponed(Step step) {
    this.step = step;
  }

  /**
   * Keeps an entry.
   *
   * @return false if there is no room
   */
  synchronized boolean add(Entry entry) {
    if (count == MAX) {
      return false;
    }
    entries[count++] = entry;
    return true;
  }

  synchronized boolean isEmpty() {
    return count == 0;
  }

  /** Does the step with what is kept, until it fails again. */
  void retry() {
    for (Entry entry = newest(); entry != null; entry = newest()) {
      try {
        step.run(entry);
      } catch (Error e) {
        return; // still no heap: it stays
      }
      remove(entry);
    }
  }

  private synchronized Entry newest() {
    return count == 0 ? null : entries[count - 1];
  }

  private synchronized void remove(Entry entry) {
    int index = count - 1; // others may have come on top of it
    while (entries[index] != entry) {
      index--;
    }
    entries[index] = entries[--count];
    entries[count] = null;
  }
}

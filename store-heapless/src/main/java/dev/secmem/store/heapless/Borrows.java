package dev.secmem.store.heapless;

/** Whether this thread is inside a callback that was lent a view: such a thread never waits. */
final class Borrows {
  private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

  private Borrows() {}

  static void begin() {
    DEPTH.get()[0]++;
  }

  static void end() {
    DEPTH.get()[0]--;
  }

  static boolean inside() {
    return DEPTH.get()[0] > 0;
  }
}
